"""A tiny site folder in which everything is right, for tests that then break one thing."""

from pathlib import Path

GTIN = "05000000152292"
FRIDGE_GTIN = "05000000000180"
VAULT_GTIN = "05000000000326"
SHELF_GTIN = "05000000237555"
"""Ambient, and not for robots."""

SITE_TOML = """\
name = "Small centre"
site = "small"
timezone = "Europe/London"

[[robots]]
id = "R1"
kind = "ambient"
capacity_packs = 50

[[robots]]
id = "R2"
kind = "vault"
capacity_packs = 20

[[manual_areas]]
id = "MANUAL-A"
zone = "ambient"

[[manual_areas]]
id = "MANUAL-FRIDGE"
zone = "fridge"
"""

FILES = {
    "site.toml": SITE_TOML,
    "products.csv": f"""\
gtin,dmd_code,name,zone,robot_storable,width_mm,depth_mm,height_mm,mass_g,has_datamatrix
{GTIN},20282621000001103,Letrozole 10mg/ml injection x1,ambient,yes,50,63,24,172,yes
{SHELF_GTIN},20440961000001105,"Naloxone 25mg/5ml, oral solution x150",ambient,no,52,102,18,42,no
{FRIDGE_GTIN},20282621000001103,Insulin x5,fridge,no,52,102,18,42.5,yes
{VAULT_GTIN},20440961000001105,Morphine 10mg x10,vault,yes,52,102,18,42,yes
""",
    "destinations.csv": "code,name,hospital,kind\nGGH-WA0000,GGH ward 0,GGH,ward\nGRI-CL0001,GRI clinic 1,GRI,clinic\n",
    "runs.csv": """\
run,hospital,weekdays,cutoff_local,departure_local
GGH-1,GGH,12345,09:00,10:00
GRI-1,GRI,1234567,09:15,10:15
""",
    "stock.csv": f"""\
gtin,batch,expiry,place,quantity
{GTIN},L64218,2027-04-15,R1,6
{SHELF_GTIN},J46154,2027-06-10,MANUAL-A,4
{VAULT_GTIN},V1,2027-01-31,R2,12
""",
    "stocklists.csv": f"destination,gtin,min,max,topup_weekday\nGGH-WA0000,{GTIN},3,10,5\n",
    "orders/2026-11-23.csv": f"""\
placed_at,order_ref,destination,class,due_at,run,run_date,gtin,quantity
2026-11-23T08:00:00Z,T1,GGH-WA0000,routine,,GGH-1,2026-11-23,{GTIN},2
2026-11-23T08:00:00Z,T1,GGH-WA0000,routine,,GGH-1,2026-11-23,{SHELF_GTIN},1
2026-11-23T08:19:02Z,D1,GRI-CL0001,discharge,2026-11-23T10:19:02Z,,,{GTIN},1
2026-11-23T08:30:00Z,U1,GRI-CL0001,urgent,,,,{VAULT_GTIN},3
""",
    "deliveries/2026-11-23.csv": f"""\
arrives_at,delivery_note,gtin,batch,expiry,quantity
2026-11-23T09:00:00Z,DN2,{GTIN},N1,2028-06-19,20
2026-11-23T05:01:06Z,DN1,{GTIN},N2,2028-06-19,20
2026-11-23T05:01:06Z,DN1,{SHELF_GTIN},N3,2028-10-23,10
""",
}


def write_site_folder(folder: Path, **changed: str) -> Path:
    """Write the tiny folder; `changed` replaces files by their stem (`orders`, `stock`, …)."""
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        stem = file.parent.name if file.parent != folder else file.stem
        file.write_text(changed.get(stem, text), encoding="utf-8")
    return folder
