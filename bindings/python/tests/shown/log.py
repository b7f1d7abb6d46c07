import logging

logging.basicConfig(level=logging.INFO)
logging.getLogger("rongcloud_recording").setLevel(logging.DEBUG)
