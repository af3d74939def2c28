"""Writing letters and handing them over as mail programs do, on real sockets."""

import asyncio
import smtplib
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import msgspec

from hotline.intake.mail_listen import listening

EXAMPLES = Path(__file__).with_name("examples")
OURS = "111@hotline.example"
WRITER = "aigul@example.kz"


def example(name):
    return (EXAMPLES / f"mail_{name}.eml").read_bytes()


def letter(
    text="Көмектесіңізші", *, subject="Хат", sender=WRITER, message_id="<a@b.kz>", **more
):
    """A plain letter in UTF-8; further headers by name, `_` for `-`."""
    headers = {"From": f"Айгүл <{sender}>", "To": OURS, "Subject": subject,
               "Message-ID": message_id, "Date": "Sat, 21 Nov 2026 15:20:00 +0500",
               "MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8",
               "Content-Transfer-Encoding": "8bit"}  # fmt: skip
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    return f"{head}\r\n{text}\r\n".encode()


def mail_rules(rt, **changes):
    """Change the section `mail` of this runtime's config/channels.yaml."""
    mail = msgspec.structs.replace(rt.config.channels.mail, **changes)
    channels = msgspec.structs.replace(rt.config.channels, mail=mail)
    rt.config = replace(rt.config, channels=channels)


@asynccontextmanager
async def post_office(rt, scheme="smtp"):
    """A listener of ours at a free port; give what hands a letter over and says the answer."""
    async with listening(rt, f"{scheme}://127.0.0.1:0") as port:

        def hand_over(raw, to, sender):
            client = smtplib.LMTP if scheme == "lmtp" else smtplib.SMTP
            with client("127.0.0.1", port, timeout=20) as server:
                server.ehlo_or_helo_if_needed()
                server.mail(sender, ["BODY=8BITMIME"])
                answers = [server.rcpt(address) for address in to]
                if all(code >= 400 for code, _ in answers):
                    return answers[0][0]
                said = [server.data(raw)[0]]
                taken = sum(code < 400 for code, _ in answers) if scheme == "lmtp" else 1
                said += [server.getreply()[0] for _ in range(taken - 1)]
                return max(said)

        async def send(raw, to=(OURS,), sender=WRITER):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(clients, hand_over, raw, to, sender)

        # Threads of their own: those of the service must not wait for its clients.
        with ThreadPoolExecutor(60) as clients:
            send.port = port
            yield send
