import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from onboarding.actors import Actor, system
from onboarding.models import User
from onboarding.sign_in import actor_of
from steps.pathway import Fault, check, parse, shipped
from steps.selectors.pathways import latest_version, latest_versions
from steps.services import publishing


class Command(BaseCommand):
    help = "Pathways as TOML: list, check, import (publish), export and preview."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        for verb, argument, says in (
            ("list", None, "the published pathways, and the shipped ones that are not published"),
            ("check", "FILE", "names every fault of a file at once, with its line"),
            ("import", "FILE", "publishes a file as the next version; newcomers on the pathway move to it"),
            ("export", "KEY", "writes the newest version's TOML to standard output"),
            ("preview", "FILE", "says whose verdicts publishing the file would change; writes nothing"),
        ):
            sub = verbs.add_parser(verb, help=says, description=says)
            sub.add_argument("--json", action="store_true", help="JSON, for machines")
            if argument:
                sub.add_argument("what", metavar=argument)
            if verb == "import":
                sub.add_argument("--by", metavar="EMAIL", help="who publishes it, for the audit trail")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, "do_" + options["verb"])(options)

    def say(self, options: dict[str, Any], answer: Any, lines: list[str]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(lines))

    def do_list(self, options: dict[str, Any]) -> None:
        published = latest_versions()
        rows = [
            {"key": v.key, "version": v.version, "title": v.title, "country": v.country, "published": True}
            for v in published.values()
        ]
        for key, source in shipped().items():
            if key not in published:
                p = parse(source)
                rows.append({"key": key, "version": None, "title": p.title, "country": p.country, "published": False})
        standing = [f"version {r['version']}" if r["published"] else "shipped, not published" for r in rows]
        lines = [f"{r['key']:<20} {says:<24} {r['title']}" for r, says in zip(rows, standing, strict=True)]
        self.say(options, rows, lines)

    def read(self, path: str) -> str:
        try:
            return Path(path).read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=2) from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path} is not UTF-8 text.", returncode=1) from error

    def refuse(self, options: dict[str, Any], path: str, faults: list[Fault]) -> None:
        answer = {"valid": False, "faults": [{"line": f.line, "problem": f.says} for f in faults]}
        self.say(options, answer, [f"{path}:{f.line}: {f.says}" if f.line else f"{path}: {f.says}" for f in faults])
        sys.exit(1)

    def checked(self, options: dict[str, Any]) -> str:
        source = self.read(options["what"])
        faults = check(source)
        if faults:
            self.refuse(options, options["what"], faults)
        return source

    def do_check(self, options: dict[str, Any]) -> None:
        self.checked(options)
        self.say(options, {"valid": True, "faults": []}, [f"{options['what']}: no faults."])

    def publisher(self, email: str | None) -> Actor:
        if not email:
            return system("pathway import")
        user = User.objects.filter(email=email.lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {email}.", returncode=1)
        return actor_of(user)

    def do_import(self, options: dict[str, Any]) -> None:
        source = self.checked(options)
        done = publishing.publish(source, by=self.publisher(options["by"]), at=timezone.now())
        name = f"{done.version.key} version {done.version.version}"
        line = f"{name} is published; {done.moved} placements moved to it." if done.new else f"{name} stands already."
        answer = {"key": done.version.key, "version": done.version.version, "new": done.new, "moved": done.moved}
        self.say(options, answer, [line])

    def do_export(self, options: dict[str, Any]) -> None:
        version = latest_version(options["what"])
        source = version.source if version else shipped().get(options["what"])
        if source is None:
            raise CommandError(f"There is no pathway “{options['what']}”.", returncode=1)
        self.say(options, {"key": options["what"], "toml": source}, [source.rstrip("\n")])

    def do_preview(self, options: dict[str, Any]) -> None:
        pathway = parse(self.checked(options))
        rows = [
            {"placement": str(c.placement.ref), "name": c.placement.newcomer.name, "step": c.step}
            | {"from": c.before, "to": c.after}
            for c in publishing.preview(pathway)
        ]
        people = len({r["placement"] for r in rows})
        lines = [f"{r['name']}: {r['step']} from {r['from'] or 'not there'} to {r['to'] or 'not there'}" for r in rows]
        lines.append(f"Publishing changes {len(rows)} steps of {people} people.")
        self.say(options, {"people": people, "changes": rows}, lines)
