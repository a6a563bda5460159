"""Addresses and secrets of robots lie sealed by the installation's key; their host is shown."""

import base64
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import context, op
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.errors import InvalidInput

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def _box() -> Fernet:
    """Return what seals as server/adapters/sealing.py did when this was written."""
    key = context.config.attributes.get("secret_key", "")
    if not key:
        raise InvalidInput(
            "数据库里有群机器人的地址和密钥，升级时要加密保存：请先设置 DUBAN_SECRET_KEY"
            "（与网页服务相同），再运行 duban migrate。"
        )
    derived = HKDF(SHA256(), length=32, salt=None, info=b"duban: secrets at rest, 1")
    return Fernet(base64.urlsafe_b64encode(derived.derive(key.encode())))


def upgrade() -> None:
    """Bring the schema forward."""
    op.alter_column("channel", "url", new_column_name="sealed_url")
    op.alter_column("channel", "secret", new_column_name="sealed_secret")
    op.add_column("channel", sa.Column("host", sa.String(), server_default="", nullable=False))
    op.alter_column("channel", "host", server_default=None)
    rows = op.get_bind().execute(
        sa.text("SELECT id, sealed_url, sealed_secret FROM channel WHERE sealed_url <> ''")
    )
    for number, url, secret in rows.all():
        box = _box()
        op.get_bind().execute(
            sa.text(
                "UPDATE channel SET sealed_url = :url, sealed_secret = :secret, host = :host"
                " WHERE id = :id"
            ),
            {
                "id": number,
                "url": box.encrypt(url.encode()).decode(),
                "secret": box.encrypt(secret.encode()).decode() if secret else "",
                "host": urlsplit(url).netloc.rpartition("@")[2],
            },
        )


def downgrade() -> None:
    """Take this change back; the secrets lie open again."""
    rows = op.get_bind().execute(
        sa.text("SELECT id, sealed_url, sealed_secret FROM channel WHERE sealed_url <> ''")
    )
    for number, url, secret in rows.all():
        box = _box()
        op.get_bind().execute(
            sa.text("UPDATE channel SET sealed_url = :url, sealed_secret = :secret WHERE id = :id"),
            {
                "id": number,
                "url": box.decrypt(url).decode(),
                "secret": box.decrypt(secret).decode() if secret else "",
            },
        )
    op.drop_column("channel", "host")
    op.alter_column("channel", "sealed_secret", new_column_name="secret")
    op.alter_column("channel", "sealed_url", new_column_name="url")
