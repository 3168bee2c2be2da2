"""The documents that conda and pip read, made from models handed in; and the cache of finished documents."""
