"""The nouns by which reports call what is wrong: 问题, 不足, 短板 and their kin."""

ISSUE = (
    r"(?:问题|不足之处|不足|困难|差距|薄弱环节|薄弱点|薄弱处|短板|弱项|弱点|短处|毛病|缺点|缺陷"
    r"|缺憾|瓶颈|难点|难题|痛点|堵点|失分点|失分项|扣分项|挑战)"
)
"""Grammar of one such noun; 困难, 差距 and the like are complaints themselves."""
ISSUES = rf"{ISSUE}(?:(?:和|与|及|以及|、|或)?{ISSUE})*"
"""Several of them in a row: 问题和不足, 短板弱项."""
