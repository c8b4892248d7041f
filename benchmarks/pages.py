"""Public pages: what a first visit weighs (compressed), how long the server needs, when a telephone on 3G shows it.

The limit the ratio speaks of is the empty frame of a page (our 404): nothing of ours can be lighter or quicker.
"""

import gzip
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _house import ROOT, first_day, open_database, tell

KB = 1000
BUDGET = {"HTML": 20 * KB, "CSS": 20 * KB, "JS": 35 * KB}
KINDS = ("meeting", "coworking", "event", "office", "studio", "court")
TIMES = """() => new Promise((done) => {
    let shown = 0, shift = 0;
    new PerformanceObserver((list) => { for (const one of list.getEntries()) shown = one.startTime; }).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) shift += one.value; }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done({ shown, shift }), 600);
})"""


def fill() -> None:
    """Three hubs with twenty spaces each, like the real ones."""
    from heterospace.core.deeds import SYSTEM
    from heterospace.hubs.actions import open_hub, open_office
    from heterospace.spaces.actions import add_space

    office = open_office("Dinas Percobaan", by=SYSTEM)
    for number, (slug, regency) in enumerate((("satu", "33.74"), ("dua", "33.72"), ("tiga", "33.02"))):
        hub = open_hub(
            office,
            by=SYSTEM,
            week={day: [(480, 1320)] for day in range(7)},
            closed_on_holidays=False,
            closed_on_collective_leave=False,
            name=f"Hetero Space {slug.title()}",
            slug=slug,
            regency=regency,
            address=f"Jalan Percobaan {number}",
            tagline="Ruang bersama untuk bertemu, membangun, lalu melesat.",
        )
        for n in range(20):
            add_space(
                hub,
                by=SYSTEM,
                name=f"Rembug {n + 1}",
                kind=KINDS[n % len(KINDS)],
                capacity=4 + n * 3,
                about="Ruang rapat tenang dengan layar dan papan tulis.",
                features=["wifi", "screen", "whiteboard", "step-free", "wide-door"],
            )


def make_together(parties: int = 150, others: int = 30) -> str:
    """An initiative in its last stage that so many organisations were in, beside others; answers its slug."""
    from heterospace.cocreation import actions
    from heterospace.cocreation.models import Act
    from heterospace.cocreation.queries import stage_at
    from heterospace.core import clock
    from heterospace.core.deeds import SYSTEM
    from heterospace.hubs.models import Hub
    from heterospace.members.models import Affiliation, Organisation, Person

    hub = Hub.objects.select_related("office").get(slug="satu")
    kinds = ("umkm", "community", "agency", "campus", "company", "media")
    bodies = Organisation.objects.bulk_create(
        Organisation(office=hub.office, name=f"Pihak {n}", slug=f"pihak-{n}", kind=kinds[n % 6])
        for n in range(parties)
    )
    people = Person.objects.bulk_create(Person(office=hub.office, name=f"Orang {n}") for n in range(parties))
    Affiliation.objects.bulk_create(
        Affiliation(
            person=person,
            organisation=body,
            role="owner",
            state="confirmed",
            since=clock.today(hub.timezone),
        )
        for person, body in zip(people, bodies, strict=True)
    )
    sectors = dict(Organisation.objects.values_list("pk", "sector"))
    made = []
    for n in range(others + 1):
        it = actions.propose_initiative(
            hub, by=SYSTEM, person=people[0], organisation=bodies[0], title=f"Inisiatif {n}", problem="Masalah bersama. " * 12
        )  # fmt: skip
        it = actions.accept_initiative(it, "Kami ikut.", by=SYSTEM)
        actions.add_steward(it, people[1], bodies[1], by=SYSTEM)
        actions.open_stage(stage_at(it, "frame"), by=SYSTEM)
        made.append(it)
    for place, kind in enumerate(("frame", "design", "deliver", "evaluate")):
        if place:
            actions.close_stage(
                stage_at(made[0], ("frame", "design", "deliver")[place - 1]), "Hasil. " * 40, by=SYSTEM
            )
            actions.open_stage(stage_at(made[0], kind), by=SYSTEM, reason="Alasan.")
        stage = stage_at(made[0], kind)
        Act.objects.bulk_create(
            Act(
                initiative=made[0],
                stage=stage,
                person=person,
                organisation=body,
                sector=sectors[body.pk],
                kind="attended",
                channel="meeting",
                source=f"list:{n}",
                at=clock.now(),
            )
            for n in range(3)
            for person, body in list(zip(people, bodies, strict=True))[place * 20 :]
        )
    return made[0].slug


def serve() -> str:
    """The real server on a free port, as `up` starts it; answers its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning"]
    command += ["--workers", "1", "--blocking-threads", "2", "--host", "127.0.0.1", "--port", str(port)]
    path = f"{ROOT / 'src'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    environment = {**os.environ, "PYTHONPATH": path}
    environment.pop("HETEROSPACE_NO_POOL")  # a server keeps its connections
    server = subprocess.Popen([*command, "heterospace.wsgi:application"], env=environment)
    import atexit

    atexit.register(server.wait, 10)
    atexit.register(server.terminate)
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2).close()
            return address
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("the server does not answer")


def fetch(url: str) -> tuple[bytes, int, float]:
    """(body, bytes on the wire, seconds)."""
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    start = time.perf_counter()
    try:
        answer = urllib.request.urlopen(asked, timeout=30)
    except urllib.error.HTTPError as refused:
        if refused.code != 404:  # the 404 is our frame
            raise SystemExit(f"{url} answers {refused.code}") from None
        answer = refused
    sent = answer.read()
    seconds = time.perf_counter() - start
    return (
        (gzip.decompress(sent) if answer.headers.get("Content-Encoding") == "gzip" else sent),
        len(sent),
        seconds,
    )


def on_a_telephone(base: str, pages: dict[str, str]) -> dict[str, tuple[float, float]]:
    """(ms until the largest thing is shown, layout shift) on 3G (1.6 Mbit/s, 300 ms) and a quarter of this CPU.

    Empty without a Chromium.
    """
    sys.path.insert(0, str(ROOT))
    from tools.chromium import SWITCHES, installed

    browser_path = installed()
    if not browser_path:
        print("no Chromium: times on a telephone not measured", file=sys.stderr)
        return {}
    from playwright.sync_api import sync_playwright

    found = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path, args=list(SWITCHES))
        for name, path in pages.items():
            context = chromium.new_context(
                viewport={"width": 360, "height": 740}, locale="id-ID"
            )  # cold cache
            page = context.new_page()
            line = context.new_cdp_session(page)
            line.send("Network.enable")
            line.send(
                "Network.emulateNetworkConditions",
                {
                    "offline": False,
                    "latency": 300,
                    "downloadThroughput": 1_600_000 / 8,
                    "uploadThroughput": 750_000 / 8,
                },
            )
            line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            page.goto(base + path, wait_until="load")
            times = page.evaluate(TIMES)
            found[name] = (times["shown"], times["shift"])
            context.close()
        chromium.close()
    return found


def main() -> None:
    """Print the promises of design §5 that public pages must keep."""
    open_database()
    fill()
    slug = make_together()
    base = serve()
    day = first_day().isoformat()
    pages = {
        "landing": "/",
        "hub": "/hubs/satu/",
        "spaces": "/spaces/",
        "space": f"/hubs/satu/spaces/rembug-1/?week={day}",
        "search": f"/search/?date={day}&start=09:00&end=11:00&people=6",
        "api": "/api/v1/docs",
        "components": "/ui/",
        "sign in": "/account/login/",
        "initiatives": "/initiatives/",
        "an initiative of 150 organisations": f"/initiatives/{slug}/",
        "who stayed of 150 organisations": f"/initiatives/{slug}/continuity/",
    }
    fetch(base + "/nothing-here/")
    _body, frame, _seconds = fetch(base + "/nothing-here/")
    frame_time = statistics.median(fetch(base + "/nothing-here/")[2] for _n in range(15))
    assets: dict[str, int] = {}
    for name, path in pages.items():
        body, size, _first = fetch(base + path)
        seconds = sorted(fetch(base + path)[2] for _n in range(20))
        tell(
            f"{name}: HTML",
            f"{size / KB:.1f} KB",
            "20 KB",
            size <= BUDGET["HTML"],
            f"{size / frame:.1f} x the frame",
        )
        p95 = seconds[18] * 1000
        tell(
            f"{name}: server time, p95",
            f"{p95:.0f} ms",
            "100 ms",
            p95 <= 100,
            f"{statistics.median(seconds) / frame_time:.1f} x the frame",
        )
        for kind, pattern in (("CSS", rb'href="([^"]+\.css)"'), ("JS", rb'src="([^"]+\.js)"')):
            sizes = sum(fetch(base + one.decode())[1] for one in set(re.findall(pattern, body)))
            assets[kind] = max(assets.get(kind, 0), sizes)
    for kind, size in assets.items():
        tell(
            f"all pages: {kind}",
            f"{size / KB:.1f} KB",
            f"{BUDGET[kind] // KB} KB",
            size <= BUDGET[kind],
            f"{size / BUDGET[kind]:.2f} of the budget",
        )
    empty = None
    measured = on_a_telephone(base, {"frame": "/nothing-here/", **pages})
    for name, (shown, shift) in measured.items():
        empty = empty or shown
        if name != "frame":
            tell(
                f"{name}: shown on 3G",
                f"{shown / 1000:.2f} s",
                "3 s",
                shown <= 3000,
                f"{shown / empty:.1f} x the frame",
            )
            tell(f"{name}: layout shift", f"{shift:.3f}", "0.1", shift <= 0.1)


if __name__ == "__main__":
    main()
