"""Signing in: allauth does it; these modules say who may, what is asked of whom, and for how long.

`grants` reads a session's user with all roles in one query; `adapter` is what allauth asks of us; `factors` the app
and the passkeys, and who must have one; `sessions` their limits, the list, and what was typed when one ended; `trust`
the trust's own sign-in (OpenID Connect); `claimed` the roles it may decide; `notes` the entries that all this leaves
in the trail.
"""

from onboarding.sign_in.grants import actor_of, user_with_grants

__all__ = ["actor_of", "user_with_grants"]
