"""What people agree to when they join: the version of `consent.text` in the catalogues.

Whoever changes what that text promises raises the version: everybody is asked once more.
"""

from typing import Final

CONSENT_VERSION: Final = 1
