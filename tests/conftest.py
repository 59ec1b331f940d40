"""How hypothesis searches: the profiles, and which of them is on.

`HYPOTHESIS_PROFILE=thorough pytest` chooses one by name; without it, `ci` is
on where the environment has `CI`, and `default` elsewhere.
"""

import os

from hypothesis import HealthCheck, settings

# No profile has a deadline: an example that is slow once, on a busy machine, is no failure.
settings.register_profile("default", deadline=None)
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,  # The same commit gives the same verdict; new examples are sought elsewhere.
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # This one measures the machine, too.
)
settings.register_profile("thorough", deadline=None, max_examples=5_000, print_blob=True)

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))
