"""What a YAML file says, without making anything of its tags."""

from __future__ import annotations


def yaml_events(data: bytes) -> object:
    """The parser's events without their places, so that two files can be compared; comments are none of them.

    :raises ValueError: it is not valid YAML; the message says where.
    """
    import yaml  # only where there is such a file: it costs start-up time

    try:
        return [_event(event) for event in yaml.parse(data, yaml.SafeLoader)]
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"not valid YAML: {' '.join(str(error).split())}") from None


def _event(event: object) -> tuple[str, ...]:
    said = (f"{key}={value!r}" for key, value in sorted(vars(event).items()) if not key.endswith("_mark"))
    return type(event).__name__, *said
