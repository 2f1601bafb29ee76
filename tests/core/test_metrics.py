import os
import subprocess
import sys

from cinema.core.embedded.bootstrap import ROOT

COUNTS = """
import os
import cinema.gunicorn
from cinema.core import metrics
metrics.refused("busy")
print(len(os.listdir(os.environ["PROMETHEUS_MULTIPROC_DIR"])))
"""


class TestGunicorn:
    def test_has_every_process_count_where_the_others_can_read(self, tmp_path):
        env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": ""}
        env["TMPDIR"] = str(tmp_path)
        done = subprocess.run(
            [sys.executable, "-c", COUNTS], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        )
        assert int(done.stdout) > 0
