from datetime import datetime
from typing import Any


class RedisGuard:
    def __init__(self, client: Any) -> None:  # a redis.asyncio.Redis
        self.client = client

    async def remember(self, key: str, fingerprint: str, expires_at: datetime) -> bytes | None:
        return await self.client.set(key, fingerprint, nx=True, get=True, pxat=expires_at)  # get beside nx: Redis 7


# receiver = AsyncCallbackReceiver(replay_guard=RedisGuard(redis.asyncio.Redis()))
# received = await receiver.recording_event(request.headers, await request.body(), request.url.query)
