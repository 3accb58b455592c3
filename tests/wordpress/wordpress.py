"""A WordPress of Debian's packages with its unchanged Akismet plugin and our must-use plugin, on a database of its own."""

import http.cookiejar
import json
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request

import harness

WORDPRESS = pathlib.Path("/usr/share/wordpress")
HERE = pathlib.Path(__file__).parent
PASSWORD = "for this test only"
CONFIG = """<?php
define( 'DB_NAME', 'wp' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:{socket}' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $name ) {{
	define( $name . '_KEY', '{salt}' );
	define( $name . '_SALT', '{salt}' );
}}
$table_prefix = 'wp_';
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_DISPLAY', false );
define( 'WP_DEBUG_LOG', '{folder}/debug.log' );
define( 'DISABLE_WP_CRON', true );
define( 'REPLYGUARD_URL', '{url}' );
define( 'REPLYGUARD_KEY', '{key}' );
defined( 'ABSPATH' ) || define( 'ABSPATH', __DIR__ . '/' );
require_once ABSPATH . 'wp-settings.php';
"""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class WordPress:
    """Use as a context manager. `url` and `key` are replyguard's."""

    def __init__(self, url, key):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rg-wp-"))
        self.folder.chmod(0o755)
        self.site, self.data, self.socket = self.folder / "site", self.folder / "db", self.folder / "sql.sock"
        self.held_address = harness.HeldAddress()
        self.host, self.url, self.key = str(self.held_address), url, key
        self.processes = []

    def __enter__(self):
        try:
            self._start_database()
            self._start_site()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):  # php's workers are in its group
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)
        self.held_address.release()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self, *command):
        with open(self.folder / "processes.log", "ab") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, env=self._environment(),
                                                   start_new_session=True))

    def _environment(self):
        return {**os.environ, "WP_HOST": self.host, "WP_FOLDER": str(self.site), "WP_PASSWORD": PASSWORD,
                "PHP_CLI_SERVER_WORKERS": "4"}

    def _start_database(self):
        self.data.mkdir()
        user = "mysql" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(self.data, user)
            shutil.chown(self.folder, user)
        subprocess.run(["mysql_install_db", f"--user={user}", f"--datadir={self.data}",
                        "--auth-root-authentication-method=normal"], check=True, capture_output=True)
        self._start("mariadbd", "--no-defaults", f"--user={user}", f"--datadir={self.data}", f"--socket={self.socket}",
                    "--skip-networking", f"--pid-file={self.data}/pid")
        harness.wait_for(lambda: self.sql("SELECT 1", check=False), 60, "MariaDB")
        self.sql("CREATE DATABASE wp")

    def sql(self, statement, *flags, check=True):
        result = subprocess.run(["mariadb", "--no-defaults", "-u", "root", "-S", self.socket, "-B", *flags, "-e", statement],
                                capture_output=True, text=True, check=check)
        return result.returncode == 0 and (result.stdout or "done")

    def _start_site(self):
        shutil.copytree(WORDPRESS, self.site, symlinks=False, ignore=shutil.ignore_patterns("wp-config.php"))
        plugins = self.site / "wp-content/mu-plugins"
        plugins.mkdir(exist_ok=True)
        shutil.copy(harness.SOURCE_DIR / "deploy/akismet/replyguard-akismet.php", plugins)
        (plugins / "no-flood.php").write_text(  # WordPress's own: one comment in 15 seconds
            "<?php add_action( 'init', function () { remove_action( 'check_comment_flood', 'check_comment_flood_db', 10 ); } );\n")
        (self.site / "wp-config.php").write_text(CONFIG.format(
            socket=self.socket, salt=os.urandom(16).hex(), folder=self.folder, url=self.url, key=self.key))
        self.act("install")
        self._start("php", "-S", self.host, "-t", str(self.site))
        harness.wait_for(self._answers, 60, "the website")

    def _answers(self):
        try:
            return urllib.request.urlopen(f"http://{self.host}/?p=1", timeout=30).status == 200
        except OSError:
            return False

    def act(self, *arguments):
        result = subprocess.run(["php", HERE / "act.php", *map(str, arguments)], env=self._environment(), capture_output=True,
                                text=True, check=True, timeout=120)
        return result.stdout

    def comments(self):
        """By their text."""
        return json.loads(self.act("list"))

    def post(self, author, email, text, url=""):
        """Through the form of the article."""
        data = urllib.parse.urlencode({"author": author, "email": email, "url": url, "comment": text, "comment_post_ID": 1,
                                       "comment_parent": 0, "submit": "Post Comment"}).encode()
        try:
            urllib.request.build_opener(NoRedirect).open(urllib.request.Request(
                f"http://{self.host}/wp-comments-post.php", data, {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}), timeout=60)
        except urllib.error.HTTPError as answer:
            if answer.code != 302:
                raise

    def administrators_page(self, path):
        """As the administrator sees it, signed in."""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        browser.open(f"http://{self.host}/wp-login.php", timeout=60).close()
        data = urllib.parse.urlencode({"log": "admin", "pwd": PASSWORD, "testcookie": 1}).encode()
        browser.open(f"http://{self.host}/wp-login.php", data, timeout=60).close()
        with browser.open(f"http://{self.host}/wp-admin/{path}", timeout=60) as answer:
            return answer.read().decode()
