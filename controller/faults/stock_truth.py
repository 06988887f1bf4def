"""Stock that may not be what the books say: for each case what is held, who looks, how the books are put right.

The steps themselves are the engine's (holds, recalls, quarantines, disposals, stock_counts, corrections); this table is
what staff read, and a test compares its addresses and commands with those that there are.
"""

from dataclasses import dataclass

ASK_COUNT, SETTLE = "POST /api/v1/stock/counts", "POST /api/v1/doubts/{doubt_id}/settle"
MISSING = "GET /api/v1/stock/missing"
FOUND, WRITE_OFF = "POST /api/v1/stock/found", "POST /api/v1/stock/write-offs"
PUT_BACK, TAKEN = "POST /api/v1/stock/put-backs", "GET /api/v1/stock/taken"
QUARANTINES, DECIDE = "GET /api/v1/quarantines", "POST /api/v1/quarantines/{case_id}/decision"
QUARANTINE, CASE = "POST /api/v1/quarantines", "GET /api/v1/quarantines/{case_id}"
RECALL, RECALL_SHOW = "POST /api/v1/recalls", "GET /api/v1/recalls/{recall_id}"
RECALL_DISPOSE = "POST /api/v1/recalls/{recall_id}/disposals"
RECALL_CLOSE, PACK = "POST /api/v1/recalls/{recall_id}/close", "GET /api/v1/stock/packs/{pack_id}"


@dataclass(frozen=True, slots=True)
class Path:
    """One way from a doubt about stock to books that are right."""

    name: str
    codes: tuple[str, ...]
    """Of the fault catalogue; empty where no fault shows it."""
    seen: str
    held: str
    """At once, by the controller."""
    looked: str
    """By people or robots, with a result."""
    corrected: str
    listed: str
    calls: tuple[str, ...]
    """Operations of the API that the people on this path use."""
    commands: tuple[str, ...] = ()
    """The same on the command line."""


PATHS = (
    Path("Pack missing", ("STK-50",),
         "A robot finds its place empty; a person does not find it on an area's shelf or at goods-in; nothing waits at "
         "a robot's input, and the books have packs there.",
         "The pack, as missing. The order gets the next one by expiry.",
         "A robot counts the shelf in a quiet moment; at an area a count is put on the list at once. A robot looks at "
         "the places of its own list and reads no code there: what stands elsewhere in its rack, a person has to read.",
         "Seen again, or entered at the robot's panel by somebody who has scanned its shelves: free. Turned up "
         "elsewhere: entered as found, and it is the same pack. Looked for and gone: written off.",
         "All that is missing, by place; the pack with every place it has been.",
         (MISSING, ASK_COUNT, FOUND, WRITE_OFF, PACK),
         ("stock missing", "stock count", "stock found", "stock write-off")),
    Path("Unknown pack found", ("STK-51",),
         "A robot sees a pack in a place that should be free; a person finds one anywhere, or one comes round a reject "
         "lane twice that the books do not expect there.",
         "Nothing: the books do not have it, so nothing can pick it. Its shelf is to be counted.",
         "A person takes it out and reads product, batch and expiry by eye.",
         "Entered as found, at goods-in or on an area's shelf: as the missing pack of that identity where there is "
         "one, else as a new one. Of a recalled or quarantined batch, or expired: held.",
         "The pack and the person who read it.",
         (FOUND, PACK), ("stock found",)),
    Path("Two packs at once", ("GRP-12",),
         "What lies on the robot's table is longer or wider than one pack.",
         "Nothing goes to the tote; a pack whose outcome the robot does not know is in doubt and is not picked again.",
         "A person parts them, says where the pack in doubt is, and reads the second one.",
         "The doubt is settled; a pack that the books do not have is entered as found; the shelf is counted.",
         "Both packs.",
         (SETTLE, FOUND, ASK_COUNT), ("stock found", "stock count")),
    Path("Pack dropped", ("GRP-11",),
         "The robot loses a pack on the way.",
         "The pack is written off at once where the robot knows that it fell; else it is in doubt.",
         "A person looks for it on the robot's floor.",
         "The doubt is settled. A pack that is found whole comes back as found, read by eye; a broken one stays out.",
         "The pack.",
         (SETTLE, FOUND, PACK), ("stock found",)),
    Path("Wrong product in a robot", ("IDN-31",),
         "The code at the output is not that of the pack that was asked for.",
         "That pack, all others of its batch in the robot, and all that came through its input between two packs that "
         "have since proved right: one quarantine. The robot is stopped.",
         "Its shelves are counted; a person reads each pack of the case by eye.",
         "Quality decides by name, by batch or by pack: released, or destroyed (put out by the robot, off the books "
         "when a person has it). A pack that is another leaves the books with the case and is entered as found under "
         "its own identity.",
         "The case by batch and place; what was taken from the robot since then, with destinations.",
         (QUARANTINES, DECIDE, TAKEN, FOUND),
         ("stock quarantines", "stock release", "stock destroyed", "stock found")),
    Path("Temperature out of range", ("FRG-60",),
         "A cold store was too warm or too cold for ten minutes, or without power and unheard for as long; a person "
         "reports a place that no sensor watches.",
         "Every pack in the robot and on its input belt, or at the area, and every pack that came out of the robot "
         "since it was out of range (by its probes; ten minutes at least; without power, since the mains went), in "
         "whatever tote or place: one quarantine, in the turn that hears of it.",
         "Quality reads the logger and asks the makers. Wards that got packs which had left are called: an alarm stays "
         "until somebody has done so.",
         "Quality decides by name: released once the place is in range again, or destroyed, which robots and people "
         "carry out pack by pack. A fault that clears frees nothing.",
         "The case by batch and place; with it who got packs that had left, by destination, order, tote and van.",
         (QUARANTINE, QUARANTINES, CASE, DECIDE, TAKEN),
         ("stock hold", "stock quarantines", "stock case", "stock release", "stock destroyed")),
    Path("Recall", (),
         "An alert from the agency or the company.",
         "Every pack of the batch wherever it is: tasks are cancelled, totes that are checked or loaded are checked "
         "again and refused. It stays so whoever finds, delivers or releases one. A scanner rejects it.",
         "Destinations are called, those whose van is still on the road first. Who clears a reject lane sets it aside.",
         "One decision by name, for all packs or for some: destroyed, or returned to the supplier. Robots put them out "
         "in their next quiet moment, people take them from chutes, shelves, lanes and refused totes, and each leaves "
         "the books when somebody has it. One that is not there is counted, found or written off. Closed by name with "
         "a note; the close names what is still here.",
         "Every destination with packs, times, orders, totes and vans; as CSV too. Once a year as a drill.",
         (RECALL, RECALL_SHOW, RECALL_DISPOSE, RECALL_CLOSE),
         ("recall start", "recall list", "recall show", "recall dispose", "recall close", "recall drill")),
    Path("Robot and books differ", ("STK-52",),
         "The robot's own list is not the ledger's: at a greeting, or for 90 s while it works.",
         "Packs that the robot does not know, as missing. Packs that only the robot knows cannot be picked.",
         "The list of differences is in the journal; the shelves concerned are counted.",
         "What is on the robot's list again is free. Otherwise as for missing and for unknown packs.",
         "Both sides of the difference.",
         (ASK_COUNT, FOUND, WRITE_OFF), ("stock count", "stock found", "stock write-off")),
    Path("Expiry that cannot be", ("STK-53",),
         "A pack at an input shows another expiry than its batch; what expires too early for an order is never bound.",
         "The pack goes to the reject lane. In quiet hours what no order can take any more is put out to quarantine.",
         "A person compares it with the delivery note.",
         "Fed again with a label that is right, or written off from the quarantine shelf.",
         "The pack.",
         (WRITE_OFF, PUT_BACK, PACK), ("stock write-off", "stock put-back")),
    Path("Pack on the quarantine shelf", (),
         "An order was cancelled, or a tote was refused at the check, and its packs were taken out.",
         "It is in quarantine: nothing can pick it.",
         "A person looks at seal, label and expiry.",
         "Put back to goods-in, to be put away anew; or written off.",
         "The pack with every place it has been.",
         (PUT_BACK, WRITE_OFF, PACK), ("stock put-back", "stock write-off")),
)  # fmt: skip


def page() -> str:
    """The paths in Markdown, for controller/docs/faults/stock-truth.md."""
    lines = [
        "# Stock truth",
        "",
        "What is done when stock may not be what the books say. Made from `controller/faults/stock_truth.py` by "
        "`python -m controller.generate`.",
        "",
        "The same for all: hold first, look, then correct. Stock changes by postings along lawful moves only; each",
        "correction has a reason and a named person, and for controlled drugs a second one. Nothing that is held is",
        "freed by time, by a restart, or by a fault that clears.",
    ]
    for path in PATHS:
        codes = f" ({', '.join(path.codes)})" if path.codes else ""
        lines += [
            "",
            f"## {path.name}{codes}",
            "",
            f"- **Seen**: {path.seen}",
            f"- **Held at once**: {path.held}",
            f"- **Looked at**: {path.looked}",
            f"- **Put right**: {path.corrected}",
            f"- **Listed**: {path.listed}",
            f"- **API**: {', '.join(f'`{call}`' for call in path.calls)}",
            f"- **Command line**: {', '.join(f'`nightshift {command}`' for command in path.commands)}",
        ]
    return "\n".join(lines) + "\n"
