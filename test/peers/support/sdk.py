"""Runs one workflow with the SDK of Comfy.org, and prints what it saw as JSON.

Usage: sdk.py URL KEY WORKFLOW [FILE]   (the node "1" gets FILE as its "image")
"""

import hashlib
import json
import os
import sys

from comfy_sdk import Comfy

url, key, text, *files = sys.argv[1:]
os.environ["COMFY_BASE_URL"] = url
with Comfy(api_key=key or None) as client:
    workflow = client.workflows.from_str(text)
    if files:
        workflow.set_input("1", "image", client.assets.from_file(files[0]))
    job = client.submit(workflow)
    events = [type(event).__name__ for event in job.events()]
    job.wait(timeout=60)
    outputs = [
        {
            "node": output.node_id,
            "name": output.name,
            "sha256": hashlib.sha256(output.to_bytes()).hexdigest(),
        }
        for output in job.outputs
    ]
    print(json.dumps({"status": job.status, "events": events, "outputs": outputs}))
