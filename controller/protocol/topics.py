"""`nightshift/1/{site}/{robot}/{channel}`: the topic says who speaks (RC-01)."""

import enum
import re
from dataclasses import dataclass

MAJOR = "1"
_ROOT = f"nightshift/{MAJOR}"
CONTROLLER = "controller"
"""Takes the robot's place in the topic of the controller's own presence; no robot may have this id."""

_TOPIC = re.compile(rf"{_ROOT}/([a-z0-9][a-z0-9_-]{{0,31}})/([A-Za-z0-9][A-Za-z0-9_-]{{0,15}})/([a-z]+)")


class Channel(enum.StrEnum):
    PRESENCE = "presence"
    FACTSHEET = "factsheet"
    STATE = "state"
    EVENT = "event"
    TELEMETRY = "telemetry"
    COMMAND = "command"

    @property
    def qos(self) -> int:
        return 0 if self is Channel.TELEMETRY else 1

    @property
    def retained(self) -> bool:
        return self in (Channel.PRESENCE, Channel.FACTSHEET)


class TopicError(ValueError):
    """The topic is none of this contract's."""


@dataclass(frozen=True, slots=True)
class Topic:
    site: str
    robot: str
    channel: Channel

    def __str__(self) -> str:
        return f"{_ROOT}/{self.site}/{self.robot}/{self.channel}"

    @classmethod
    def parse(cls, text: str) -> "Topic":
        """TopicError where the text is not `nightshift/1/{site}/{robot}/{channel}`."""
        match = _TOPIC.fullmatch(text)
        if match is None:
            raise TopicError(f"topic {text[:200]!r} is not {_ROOT}/SITE/ROBOT/CHANNEL")
        site, robot, channel = match.groups()
        try:
            return cls(site, robot, Channel(channel))
        except ValueError as error:
            raise TopicError(f"topic {text!r}: channel {channel!r} is none of {', '.join(Channel)}") from error


def controller_presence(site: str) -> str:
    """Where the controller says that it is there, retained."""
    return f"{_ROOT}/{site}/{CONTROLLER}/{Channel.PRESENCE}"


def robot_filter(site: str, channel: Channel) -> str:
    """The subscription for one channel of every robot of a site."""
    return f"{_ROOT}/{site}/+/{channel}"
