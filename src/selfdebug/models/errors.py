"""What can go wrong between us and a model; each message says what the user can do next."""


class ModelError(Exception):
    """Base of this room's errors."""


class ContextOverflowError(ModelError):
    """The prompt, with room for the reply, is longer than the model's context. A shorter prompt may fit."""


class WrongKeyError(ModelError):
    """The key is missing, wrong, or may not use this model."""


class UnknownModelError(ModelError):
    """The server, or the file system, has no model of this name."""


class UnreachableError(ModelError):
    """Nothing answers at the address, or what answers is not a model server."""


class OverloadedError(ModelError):
    """The server stayed busy, broken or silent for as many tries as are made, or the account's quota is used up."""


class BadReplyError(ModelError):
    """The server answered, again and again, with something that is no reply."""


class RefusedRequestError(ModelError):
    """The server does not take this request, for a reason in its own words."""
