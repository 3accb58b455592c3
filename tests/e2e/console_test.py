"""The console in a real Chromium, over the built binary and PostgreSQL: each test a group of tests/e2e/console/."""

import os
import pathlib
import signal
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


def run_console(box, program, *arguments, timeout=560):
    """Runs a program of tests/e2e/console/ against an installation, and answers its exit status."""
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
    # A session of its own, to end it as a whole. What it writes goes where ours goes, as it comes.
    process = subprocess.Popen(["node", str(FOLDER / program), *arguments], env=environment, close_fds=False,
                               preexec_fn=as_three_and_four, start_new_session=True)
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise AssertionError(f"{program} did not end in {timeout} s") from None
    finally:
        os.close(to_us)
        os.close(from_us)
        control.join()


class ConsoleTest(unittest.TestCase):
    def run_group(self, group):
        with harness.Installation() as box:
            self.assertEqual(run_console(box, "run.mjs", group), 0, "what failed is told above")


for path in sorted(FOLDER.glob("*_group.mjs")):
    setattr(ConsoleTest, f"test_{path.stem.removesuffix('_group')}", lambda self, group=path.stem: self.run_group(group))

if __name__ == "__main__":
    unittest.main()
