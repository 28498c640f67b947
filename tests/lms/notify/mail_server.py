"""A mail server of a few lines on loopback: takes letters, and answers what a test tells it to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """`answers` replaces the answer to a command; each letter is (sender, recipient, content)."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    letters: list[tuple[str, str, bytes]] = field(default_factory=list)
    connections: int = 0
    hang_up_after_data: bool = False

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        sender = recipient = ""
        await self._say(writer, self.answers.get("CONNECT", "220 ready"))
        while line := (await reader.readline()).decode().strip():
            command = line.split(":")[0].split()[0].upper()
            answer = self.answers.get(command)
            if command == "MAIL":
                sender = line.split("<")[1].split(">")[0]
            elif command == "RCPT":
                recipient = line.split("<")[1].split(">")[0]
            elif command == "DATA" and answer is None:
                await self._say(writer, "354 go on")
                content = await reader.readuntil(b"\r\n.\r\n")
                if self.hang_up_after_data:
                    break
                self.letters.append((sender, recipient, content))
            await self._say(writer, answer or ("221 bye" if command == "QUIT" else "250 well"))
            if command == "QUIT":
                break
        writer.close()

    async def _say(self, writer: asyncio.StreamWriter, line: str) -> None:
        writer.write(line.encode() + b"\r\n")
        await writer.drain()


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    """Open one on a free port."""
    ours = MailServer()
    async with await asyncio.start_server(ours.talk, "127.0.0.1", 0) as listening:
        ours.port = listening.sockets[0].getsockname()[1]
        yield ours


async def closed_port() -> int:
    """A port on which nobody listens."""
    async with mail_server() as ours:
        return ours.port
