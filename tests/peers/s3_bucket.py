"""Waits until an S3 store answers and makes a bucket: s3_bucket.py ENDPOINT KEY SECRET BUCKET PID."""

import datetime
import hashlib
import hmac
import os
import sys
import time
import urllib.error
import urllib.request

endpoint, key, secret, bucket, pid = sys.argv[1:6]
host = endpoint.removeprefix("http://")
EMPTY = hashlib.sha256(b"").hexdigest()


def sign(keyed, text):
    return hmac.new(keyed, text.encode(), hashlib.sha256).digest()


def make_bucket():
    """One PUT, signed as AWS Signature Version 4 wants it."""
    now = datetime.datetime.now(datetime.timezone.utc)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    headers = f"host:{host}\nx-amz-content-sha256:{EMPTY}\nx-amz-date:{stamp}\n"
    names = "host;x-amz-content-sha256;x-amz-date"
    request = f"PUT\n/{bucket}\n\n{headers}\n{names}\n{EMPTY}"
    scope = f"{day}/us-east-1/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    keyed = ("AWS4" + secret).encode()
    for part in (day, "us-east-1", "s3", "aws4_request"):
        keyed = sign(keyed, part)
    signature = hmac.new(keyed, text.encode(), hashlib.sha256).hexdigest()
    credential = f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}"
    put = urllib.request.Request(f"{endpoint}/{bucket}", method="PUT")
    put.add_header("x-amz-content-sha256", EMPTY)
    put.add_header("x-amz-date", stamp)
    put.add_header("Authorization", credential)
    urllib.request.urlopen(put, timeout=10).read()


for _ in range(600):
    try:
        make_bucket()
        sys.exit(0)
    except (OSError, urllib.error.URLError):
        os.kill(int(pid), 0)
        time.sleep(0.2)
sys.exit(f"{endpoint} did not take a bucket")
