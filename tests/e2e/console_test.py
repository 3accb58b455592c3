"""The console in a real Chromium, over the built binary and PostgreSQL: each test a group of tests/e2e/console/."""

import os
import pathlib
import subprocess
import threading
import unittest

import harness

FOLDER = pathlib.Path(__file__).with_name("console")


def serve_control(box, requests, answers):
    """Stops and starts the server as the browser's test asks."""
    with os.fdopen(requests) as lines, os.fdopen(answers, "w") as out:
        for line in lines:
            try:
                {"stop": box.kill, "start": box.start}[line.strip()]()
                answer = "done"
            except Exception as error:  # told to whoever asked
                answer = repr(error)
            out.write(answer + "\n")
            out.flush()


def run_console(box, program, *arguments, timeout=540):
    """Runs a program of tests/e2e/console/ against an installation."""
    requests, to_us = os.pipe()
    from_us, answers = os.pipe()
    control = threading.Thread(target=serve_control, args=(box, requests, answers))
    control.start()

    def as_three_and_four():
        # High ones first: either may be the other's number.
        high = [os.dup(to_us), os.dup(from_us)]
        os.dup2(high[0], 3)
        os.dup2(high[1], 4)

    environment = {
        **os.environ, "CONSOLE_BASE": f"http://localhost:{box.http.rpartition(':')[2]}", "CONSOLE_SITE": box.site,
        "CONSOLE_OPERATOR_KEY": box.operator_key, "CONSOLE_SITE_KEY": box.site_key}
    try:
        return subprocess.run(["node", str(FOLDER / program), *arguments], env=environment, capture_output=True, text=True,
                              timeout=timeout, check=False, close_fds=False, preexec_fn=as_three_and_four)
    finally:
        os.close(to_us)
        os.close(from_us)
        control.join()


class ConsoleTest(unittest.TestCase):
    def run_group(self, group):
        with harness.Installation() as box:
            result = run_console(box, "run.mjs", group)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            self.assertIn("ok: ", result.stdout)


for path in sorted(FOLDER.glob("*_group.mjs")):
    setattr(ConsoleTest, f"test_{path.stem.removesuffix('_group')}", lambda self, group=path.stem: self.run_group(group))

if __name__ == "__main__":
    unittest.main()
