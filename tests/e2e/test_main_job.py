"""The main job on real parts: report to ledger and checklist, reminder to answer to closing.

A real browser, PostgreSQL, Valkey, web, worker, beat and an SMTP server, started by `duban up`.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Page, expect

from server.clock import today
from tests import seed
from tests.e2e.trial import Trial, reply_links
from tests.factories import TEXT, YEAR

Visitor = Callable[..., BrowserContext]
pytestmark = pytest.mark.timeout(600)

UNIT, CODE = "张村镇", "ZC"
OFFICER, SUBSTITUTE = "linxiaoxi@zhangcun.example", "songyang@zhangcun.example"
CORRECTED = "政府信息公开的规范性需要进一步加强，民生信息偏少。"
OWN_TEXT = Path(__file__).parents[1] / "cases" / "reports" / "tune" / "010-panlong-town-2013.txt"


def report_of_last_year() -> tuple[Path, int]:
    """Return a report's file and year: the seed, or where it is absent one of our own."""
    try:
        return seed.seed_path(), 2011
    except pytest.skip.Exception:
        return OWN_TEXT, 2013


def test_from_last_years_report_to_a_closed_commitment(
    trial: Trial, visitor: Visitor, tmp_path: Path
) -> None:
    office = visitor().new_page()
    office.on("dialog", lambda dialog: dialog.accept())
    office.goto(trial.printed_link)
    office.get_by_role("button", name="登录").click()
    expect(office.get_by_role("heading", level=1)).to_contain_text("年度报告")

    unit = add_unit(office)
    add_person(office, unit, "林小溪", OFFICER)
    review = take_in_report(office, unit, *report_of_last_year())
    correct_first_entry(office)

    office.goto(review)
    office.get_by_role("button", name="确认入账").click()
    expect(office.get_by_role("status")).to_contain_text("已确认入账")
    office.goto("/ledger")  # confirming leads on to the next report
    booked = office.get_by_role("row").filter(has_text=CORRECTED[:12])
    expect(booked.filter(has_text=UNIT)).to_be_visible()

    # Whoever joins now hears of everything in one mail: the year's dates and the promises.
    add_person(office, unit, "宋扬", SUBSTITUTE)
    told = trial.mail(OFFICER, "整改清单")
    checklist_is_complete(office, re.findall(r"http\S+/checklists/\d+", told)[0], tmp_path)

    links = reply_links(trial.mail(SUBSTITUTE, holds=lambda text: "整改事项" in text))
    milestone = next(title for title in links if "年报" in title)
    commitment = next(title for title in links if title.startswith("整改事项"))
    a_milestone_is_filed_returned_and_confirmed(
        trial, visitor, office, unit, links[milestone], milestone
    )
    a_commitment_is_answered_and_closed(trial, visitor, office, unit, links[commitment], commitment)
    the_report_is_published_and_the_duty_done(trial, visitor, office, unit)


def add_unit(office: Page) -> str:
    """Add a unit through the pages; return its address."""
    office.get_by_role("link", name="单位", exact=True).click()
    office.get_by_role("link", name="添加单位").click()
    office.get_by_label("单位代码").fill(CODE)
    office.get_by_label("单位名称").fill(UNIT)
    office.get_by_label("类型").select_option("town")
    office.get_by_role("button", name="保存").click()
    expect(office.get_by_role("heading", level=1)).to_have_text(UNIT)
    return office.url.partition("?")[0]


def add_person(office: Page, unit: str, name: str, email: str) -> None:
    office.goto(unit)
    office.get_by_role("link", name="添加联系人").click()
    office.get_by_label("姓名").fill(name)
    office.get_by_label("工作邮箱").fill(email)
    office.get_by_role("button", name="保存").click()
    expect(office.get_by_role("cell", name=email)).to_be_visible()


def take_in_report(office: Page, unit: str, file: Path, year: int) -> str:
    """Import a report and wait until a worker has read it; return its review's address."""
    office.goto(unit)
    office.get_by_role("link", name="导入报告").click()
    office.get_by_label("报告年度").fill(str(year))
    office.get_by_label("报告文件").set_input_files(file)
    office.get_by_role("button", name="导入").click()
    expect(office).to_have_url(re.compile(r"/reports/\d+/review"))
    for kind in ("problem", "measure"):
        expect(office.locator(f"#source .hit.{kind}").first).to_be_visible()
        expect(office.locator(f"article.entry.{kind}").first).to_be_visible()
    return office.url.partition("?")[0]


def correct_first_entry(office: Page) -> None:
    entry = office.locator("article.entry").first
    entry.get_by_text("修改", exact=True).click()
    entry.get_by_role("textbox", name="内容").fill(CORRECTED)
    entry.get_by_role("button", name="保存").click()
    expect(office.locator("article.entry").first).to_contain_text(CORRECTED)


def checklist_is_complete(office: Page, address: str, folder: Path) -> None:
    """Open the checklist of a mail's link; its documents open in their programs."""
    office.goto(address)
    expect(office.get_by_role("heading", level=1)).to_contain_text("整改清单")
    shown = office.locator("td[data-label='事项']").count()
    assert shown >= 3
    for kind in ("docx", "xlsx"):
        with office.expect_download() as download:
            office.get_by_role("link", name=f"下载 {kind}").click()
        download.value.save_as(folder / f"checklist.{kind}")
    assert any(UNIT in each.text for each in Document(str(folder / "checklist.docx")).paragraphs)
    sheet = load_workbook(folder / "checklist.xlsx").active
    assert sheet is not None
    assert sheet.max_row >= shown


def a_milestone_is_filed_returned_and_confirmed(
    trial: Trial, visitor: Visitor, office: Page, unit: str, link: str, title: str
) -> None:
    officer = visitor().new_page()
    opening_changes_nothing(officer, office, unit, link, title)
    officer.get_by_role("button", name="签收").click()
    expect(officer.get_by_text("已签收。")).to_be_visible()
    file_milestone(officer)

    open_matter(office, unit, title)
    expect(office.locator("h1")).to_contain_text("待复核")
    office.get_by_label("退回理由").fill("缺少统计表，请补上后重报。")
    office.get_by_role("button", name="退回").click()
    expect(office.locator("h1")).to_contain_text("已退回")
    returned = trial.mail(OFFICER, "退回")
    assert "缺少统计表" in returned

    officer.goto(re.findall(r"http\S+/r/\S+", returned)[0])
    expect(officer.locator(".duty")).to_contain_text("缺少统计表")
    file_milestone(officer)
    office.reload()
    office.get_by_role("button", name="确认", exact=True).click()
    expect(office.locator("h1")).to_contain_text("已办结")
    is_dead(officer, link)


def opening_changes_nothing(officer: Page, office: Page, unit: str, link: str, title: str) -> None:
    """Open a mail's link without sign-in, more than once as scanners do."""
    for _ in range(2):
        answer = officer.goto(link)
        assert answer is not None
        assert answer.status == 200
    expect(officer.locator("h1")).to_contain_text(title)
    expect(officer.get_by_role("navigation", name="主导航")).to_have_count(0)
    open_matter(office, unit, title)
    expect(office.locator("h1")).to_contain_text("待办")
    expect(office.get_by_text("还没有办理记录")).to_be_visible()


def file_milestone(officer: Page) -> None:
    officer.get_by_label("网址").fill("https://www.zhangcun.example/gk/2026/nb.html")
    officer.get_by_role("button", name="已报送").click()
    expect(officer.get_by_text("等待领导小组办公室复核").first).to_be_visible()


def open_matter(office: Page, unit: str, title: str) -> None:
    """Open a matter from the unit's page: a milestone by its name, a commitment by its code."""
    office.goto(unit)
    name = title.rpartition("年报")[2].rpartition(" ")[2]
    office.get_by_role("link", name=name, exact=True).click()
    expect(office.locator("h1")).to_contain_text(title)


def a_commitment_is_answered_and_closed(
    trial: Trial, visitor: Visitor, office: Page, unit: str, link: str, title: str
) -> None:
    officer = visitor().new_page()
    opening_changes_nothing(officer, office, unit, link, title)
    officer.get_by_role("button", name="签收").click()
    expect(officer.get_by_text("已签收。")).to_be_visible()
    item = officer.locator(".item").first
    item.get_by_label("佐证").fill("https://www.zhangcun.example/gk/ml.html")
    item.get_by_role("button", name="完成").click()
    expect(officer.locator(".item").first).to_contain_text("撤销勾选")
    note = officer.locator("form").filter(has_text="补充说明")
    note.get_by_label("说明", exact=True).fill("目录已按月更新。")
    note.get_by_role("button", name="保存说明").click()
    expect(officer.locator(".history")).to_contain_text("目录已按月更新。")
    officer.get_by_label("完成情况").fill("已完成，请复核。")
    officer.get_by_role("button", name="提交复核").click()
    expect(officer.get_by_text("等待领导小组办公室复核").first).to_be_visible()

    open_matter(office, unit, title)
    expect(office.locator("h1")).to_contain_text("待复核")
    expect(office.locator(".item").first).to_contain_text("https://www.zhangcun.example/gk/ml.html")
    office.get_by_role("button", name="确认", exact=True).click()
    expect(office.locator("h1")).to_contain_text("已办结")
    is_dead(officer, link)
    trial.mail(SUBSTITUTE, "确认")


def the_report_is_published_and_the_duty_done(
    trial: Trial, visitor: Visitor, office: Page, unit: str
) -> None:
    """The statutory step, weeks ahead of any reminder: the officer signs in by a mailed link."""
    officer = visitor().new_page()
    officer.goto("/")
    ask_for_a_link(trial, officer, SUBSTITUTE)
    officer.goto(unit)
    officer.get_by_role("link", name="公布", exact=True).click()
    officer.get_by_role("button", name="已报送").click()
    expect(officer.get_by_text("公布网址").first).to_be_visible()
    officer.get_by_label("网址").fill("https://www.zhangcun.example/gk/nb.html")
    officer.get_by_role("button", name="已报送").click()
    expect(officer.get_by_text("等待领导小组办公室复核").first).to_be_visible()

    office.goto("/")
    published = office.locator(".countdown")
    told = published.inner_text()
    open_matter(office, unit, "公布")
    expect(office.locator("main")).to_contain_text("https://www.zhangcun.example/gk/nb.html")
    office.get_by_role("button", name="确认", exact=True).click()
    expect(office.locator("h1")).to_contain_text("已办结")
    office.goto("/")
    assert published.inner_text() != told
    office.goto(unit)
    milestones = (
        office.locator("section").filter(has_text="年度报告的节点").first.locator("tbody tr")
    )
    expect(milestones.filter(has_text="已办结")).to_have_count(milestones.count())


def is_dead(officer: Page, link: str) -> None:
    answer = officer.goto(link)
    assert answer is not None
    assert answer.status in (403, 404, 409, 410)
    expect(officer.get_by_role("button", name="签收")).to_have_count(0)


def test_the_same_path_works_without_scripts(
    trial: Trial, visitor: Visitor, tmp_path: Path
) -> None:
    office = visitor(java_script_enabled=False).new_page()
    sign_in_by_mail(trial, office, "chenyu@yunyan.example")

    year = today().year - 2
    file = tmp_path / "report.txt"
    file.write_text(TEXT.replace(str(YEAR), str(year)), "utf-8")
    office.goto("/reports/new")
    office.get_by_label("单位").select_option(label="云砚镇财政所")
    office.get_by_label("报告年度").fill(str(year))
    office.get_by_label("报告文件").set_input_files(file)
    office.get_by_role("button", name="导入").click()
    trial.until(lambda: has_been_read(office), 60)

    entry = office.locator("article.entry").first
    entry.get_by_role("button", name="采纳").click()
    entry.get_by_text("修改", exact=True).click()
    entry.get_by_role("textbox", name="内容").fill(CORRECTED)
    entry.get_by_role("button", name="保存").click()
    expect(office.locator("article.entry").first).to_contain_text(CORRECTED)
    office.get_by_role("button", name="确认入账").click()
    expect(office.get_by_role("status")).to_contain_text("已确认入账")
    office.goto("/ledger")  # confirming leads on to the next report
    booked = office.get_by_role("row").filter(has_text=CORRECTED[:12])
    expect(booked.filter(has_text="财政所")).to_be_visible()

    officer, link = a_reminded_officer(trial, visitor)
    officer.get_by_role("button", name="已报送").click()
    expect(officer.get_by_text("等待领导小组办公室复核").first).to_be_visible()
    title = officer.locator("h1").inner_text().split(" ")[0]
    unit = officer.locator("main p.mb-0").first.inner_text()
    office.goto(f"/units?q={unit}")
    office.get_by_role("link", name=unit, exact=True).click()
    open_matter(office, office.url, title)
    office.get_by_role("button", name="确认", exact=True).click()
    expect(office.locator("h1")).to_contain_text("已办结")
    is_dead(officer, link)


def sign_in_by_mail(trial: Trial, page: Page, email: str) -> None:
    page.goto("/")
    ask_for_a_link(trial, page, email)
    expect(page.get_by_role("heading", level=1)).to_contain_text("年度报告")


def ask_for_a_link(trial: Trial, page: Page, email: str) -> None:
    page.get_by_label("工作邮箱").first.fill(email)
    page.get_by_role("button", name="发送登录邮件").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请查收邮件")
    page.goto(re.findall(r"http\S+/sign-in/link/\S+", trial.mail(email, "登录"))[0])
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def has_been_read(office: Page) -> bool:
    """Press the page's own button for those without scripts."""
    if "/review" in office.url:
        return True
    office.get_by_role("link", name="刷新").click()
    return "/review" in office.url


def a_reminded_officer(trial: Trial, visitor: Visitor) -> tuple[Page, str]:
    """Open the link of some unit's late draft, as the demonstration town always has one."""
    text = trial.mail(
        "@yunyan.example", holds=lambda text: "年报初稿报送" in "".join(reply_links(text))
    )
    [link] = [each for title, each in reply_links(text).items() if title.endswith("初稿报送")][:1]
    officer = visitor(java_script_enabled=False).new_page()
    officer.goto(link)
    return officer, link
