"""Two practices, and the NHS file that has them among others."""

from bot.practices import Practice

ELM, OAK = Practice("Z81001", "ELM TREE SURGERY", "ZZ1 1AA"), Practice("Z81002", "ST OAK'S MEDICAL CENTRE", "ZZ1 2BB")
TWO = (ELM, OAK)


def nhs_row(
    code: str,
    name: str,
    *,
    ccg: str = "00Z",
    status: str = "A",
    setting: str = "4",
    postcode: str = "zz1 1aa",
    opened: str = "19740401",
    closed: str = "",
) -> str:
    cells = [""] * 27
    cells[0], cells[1], cells[9], cells[10], cells[11] = code, name, postcode, opened, closed
    cells[12], cells[14], cells[25] = status, ccg, setting
    return ",".join(f'"{cell}"' for cell in cells)


NHS_FILE = "\r\n".join(
    [
        nhs_row("Z81001", "ELM TREE SURGERY"),
        nhs_row("Z81002", "ST OAK'S MEDICAL CENTRE, ANYTOWN"),
        nhs_row("Z81003", "CLOSED SURGERY", status="C"),
        nhs_row("Z81004", "WALK-IN CENTRE", setting="1"),
        nhs_row("Z81005", "ELSEWHERE SURGERY", ccg="00Y"),
        "",
    ]
)
