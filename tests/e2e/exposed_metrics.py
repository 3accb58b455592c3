"""What a server tells of itself to Prometheus."""

import re
import urllib.request


def scrape(box):
    """What the server shows, and it as numbers by name and labels. REQUIRES: REPLYGUARD_METRICS_LISTEN."""
    listen = re.findall(r' metrics listen="([^"]+)"', box.log_path.read_text())[-1]
    with urllib.request.urlopen(f"http://{listen}/metrics", timeout=20) as answer:
        text = answer.read().decode()
    return text, {line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
                  for line in text.splitlines() if line and not line.startswith("#")}
