"""console_screenshots.py FOLDER: pictures of the console's main views, light and dark, narrow and wide.

tests/with-postgres python3 tests/e2e/console_screenshots.py build/screenshots
"""

import pathlib
import sys

import console_test
import harness

with harness.Installation(site="garden") as box:
    sys.exit(console_test.run_console(box, "screenshots.mjs", str(pathlib.Path(sys.argv[1]).resolve()), timeout=540))
