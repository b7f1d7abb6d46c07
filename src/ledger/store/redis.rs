//! A store in Redis or Valkey, for the processes of many machines: weaker than PostgreSQL.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::future::ready;
use std::sync::Arc;

use async_trait::async_trait;
use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Cmd, ConnectionAddr, FromRedisValue, IntoConnectionInfo, Pipeline, RedisConnectionInfo,
    RedisError,
};
use rustls::ClientConfig;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::connections::{Connection, Connections, Server};
use super::secret::Secret;
use super::url::{ADDRESS, invalid};
use super::wish::{Wish, certificates, is_this_machine};
use super::{Index, LedgerStore, SessionKey, StoreError, Stored};
use crate::error::{Violation, codes};
use crate::per_process::PerProcess;
use crate::time::Timestamp;
use crate::transport::verified_tls;

/// What all keys begin with. The braces put all of a ledger into one slot, as its scripts need it.
const PREFIX: &str = "rongcloud-ledger";

/// One is enough: the server carries out one command after another.
const CONNECTIONS: usize = 1;

const SWAP: &str = "
    if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[1] then return 0 end
    redis.call('HSET', KEYS[1], 'version', ARGV[2], 'document', ARGV[3])
    redis.call('ZADD', KEYS[2], ARGV[4], ARGV[5])
    if ARGV[6] == '1' then
        redis.call('ZADD', KEYS[3], ARGV[4], ARGV[5])
    else
        redis.call('ZREM', KEYS[3], ARGV[5])
    end
    return 1";
const PUT_OFF: &str = "
    if redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then return 0 end
    redis.call('ZADD', KEYS[2], 'XX', ARGV[2], ARGV[3])
    redis.call('ZADD', KEYS[3], 'XX', ARGV[2], ARGV[3])
    return 1";
const REMOVE: &str = "
    if redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then return 0 end
    redis.call('DEL', KEYS[1], KEYS[4])
    redis.call('ZREM', KEYS[2], ARGV[2])
    redis.call('ZREM', KEYS[3], ARGV[2])
    return 1";
const REMEMBER: &str = "
    local expires = redis.call('ZSCORE', KEYS[2], ARGV[1])
    if expires and tonumber(expires) >= tonumber(ARGV[3]) then return redis.call('HGET', KEYS[1], ARGV[1]) end
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
    redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
    return false";
const FORGET: &str = "
    local names = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])
    for _, name in ipairs(names) do
        redis.call('HDEL', KEYS[1], name)
        redis.call('ZREM', KEYS[2], name)
    end
    return #names";

/// A store in Redis 6 or later, or in Valkey: one server, no cluster.
///
/// It is weaker than the others. A server with `appendfsync everysec`, which is usual, loses up to a second of what it has
/// acknowledged when its machine dies, and up to two when it is killed itself while its disk is busy: it then answers
/// before it has written. A replica that takes over loses what had not reached it. A start may be sent twice then. With
/// `appendfsync always` and no failover it keeps what it acknowledges.
///
/// Refused are a server without an append-only file (unless `durability=unsafe` stands in the address), one that may evict
/// keys that don't expire, a replica, and a cluster. Nothing in here expires by the server's own clock.
pub struct RedisStore {
    prefix: String,
    connections: Connections<Redis>,
}

/// The server, and what is asked of connections to it.
struct Redis {
    address: Address,
    login: RedisConnectionInfo,
    is_durable: bool,
    certificates: Vec<CertificateDer<'static>>,
    tls: PerProcess<Arc<ClientConfig>>,
    secret: Secret,
}

struct Address {
    host: String,
    port: u16,
    is_encrypted: bool,
}

/// Without the address, which may have a password in it.
impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl RedisStore {
    /// The store of an address, as [`open`](super::open) takes it. Nothing is opened yet.
    ///
    /// # Errors
    /// What is wrong with the address, without a password in it.
    pub fn new(url: &str, ca_certificates: Option<&str>) -> Result<Self, Violation> {
        // Neither `url`'s words nor the driver's: they may hold a part of a password that was not encoded.
        let unreadable = || {
            invalid(
                "is not such as rediss://user:password@host:6379/0 (in a password, characters such as @ : / ? % are \
                 percent-encoded)",
            )
        };
        let (plain, wish) = Wish::of(url)?;
        let mut url = url::Url::parse(&plain).map_err(|_| unreadable())?;
        let is_encrypted = match (url.scheme(), wish.sslmode) {
            ("rediss", Some(false)) => return Err(invalid("is encrypted by rediss:// and not by sslmode=disable")),
            (scheme, asked) => scheme == "rediss" || asked == Some(true),
        };
        let mut prefix = PREFIX.to_owned();
        for (option, value) in url.query_pairs() {
            match &*option {
                "prefix" => prefix = value.into_owned(),
                _ => return Err(invalid("has an option that is not known: known are prefix, sslmode, durability")),
            }
        }
        url.set_query(None);
        // The driver refuses to read an address whose encryption isn't its own.
        url.set_scheme("redis").map_err(|()| unreadable())?;
        let read = url.into_connection_info().map_err(|_| unreadable())?;
        let ConnectionAddr::Tcp(host, port) = read.addr() else { return Err(unreadable()) };
        let is_plain_meant = is_this_machine(host) || wish.sslmode == Some(false);
        if !is_encrypted && !is_plain_meant {
            return Err(Violation::new(
                ADDRESS,
                codes::INSECURE_URL,
                "redis:// is not encrypted and accepted for this machine only: use rediss://, or add sslmode=disable \
                 where nobody else is on the network",
            ));
        }
        let login = read.redis_settings().clone().set_skip_set_lib_name();
        let server = Redis {
            address: Address { host: host.clone(), port: *port, is_encrypted },
            is_durable: wish.is_durable,
            certificates: certificates(ca_certificates)?,
            tls: PerProcess::new(),
            secret: Secret::new(login.password()),
            login,
        };
        Ok(Self { prefix: format!("{{{prefix}}}"), connections: Connections::new(server, CONNECTIONS) })
    }

    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        let ask = |connection: Arc<Connection<MultiplexedConnection>>| async move {
            command
                .query_async(&mut connection.client.clone())
                .await
                .map_err(|error: RedisError| self.connections.server.failed(&error))
        };
        self.connections.run(ask).await
    }

    /// What each of several commands finds, sent at once.
    async fn ask_all<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<Vec<T>, StoreError> {
        if commands.is_empty() {
            return Ok(Vec::new());
        }
        let ask = |connection: Arc<Connection<MultiplexedConnection>>| async move {
            let mut client = connection.client.clone();
            commands.query_async(&mut client).await.map_err(|error: RedisError| self.connections.server.failed(&error))
        };
        self.connections.run(ask).await
    }

    fn key(&self, kind: &str) -> String {
        format!("{}:{kind}", self.prefix)
    }

    fn key_of_app(&self, kind: &str, app_key: &str) -> String {
        format!("{}:{kind}:{app_key}", self.prefix)
    }

    fn key_of(&self, kind: &str, key: &SessionKey) -> String {
        format!("{}:{kind}:{}", self.prefix, member(key))
    }

    fn sessions(&self, members: &[String]) -> Result<Vec<SessionKey>, StoreError> {
        let sessions = members.iter().map(|member| session(member)).collect::<Option<_>>();
        sessions.ok_or_else(|| StoreError::new("Redis holds sessions that this library has not written"))
    }
}

impl Server for Redis {
    type Client = MultiplexedConnection;

    async fn connect(&self) -> Result<Connection<MultiplexedConnection>, StoreError> {
        let Address { host, port, is_encrypted } = &self.address;
        let failed = |error: std::io::Error| self.failed(&error);
        let stream = TcpStream::connect((host.as_str(), *port)).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        // This library's time is the only one that counts.
        let settings = AsyncConnectionConfig::new().set_response_timeout(None);
        let connection = if *is_encrypted {
            let tls = self.tls.get_or_try_make(|| verified_tls(&self.certificates).map(Arc::new));
            let name = ServerName::try_from(host.clone()).map_err(|error| self.failed(&error))?;
            let tls = TlsConnector::from(Arc::clone(&*tls.map_err(StoreError::new)?));
            let stream = tls.connect(name, stream).await.map_err(failed)?;
            let (client, driver) = MultiplexedConnection::new_with_config(&self.login, stream, settings)
                .await
                .map_err(|error| self.failed(&error))?;
            Connection::new(client, driver, ready(()))
        } else {
            let (client, driver) = MultiplexedConnection::new_with_config(&self.login, stream, settings)
                .await
                .map_err(|error| self.failed(&error))?;
            Connection::new(client, driver, ready(()))
        };
        self.check(connection.client.clone()).await?;
        Ok(connection)
    }
}

impl Redis {
    /// Whether a ledger can be kept there. `INFO` is allowed where `CONFIG` is not.
    async fn check(&self, mut client: MultiplexedConnection) -> Result<(), StoreError> {
        let told: String = redis::cmd("INFO").query_async(&mut client).await.map_err(|error| self.failed(&error))?;
        let told: HashMap<&str, &str> = told.lines().filter_map(|line| line.trim_end().split_once(':')).collect();
        let is = |name, value| told.get(name).is_some_and(|told| *told == value);
        let policy = told.get("maxmemory_policy").copied().unwrap_or("unknown");
        let evicts = !is("maxmemory", "0") && policy != "noeviction" && !policy.starts_with("volatile-");
        let refused = if !is("role", "master") {
            "it is a replica".to_owned()
        } else if is("cluster_enabled", "1") {
            "it is a cluster, over which no change of a session's keys and of what finds them is atomic".to_owned()
        } else if evicts {
            format!("its maxmemory-policy {policy} may evict a ledger: it must be noeviction, or one of volatile-…")
        } else if self.is_durable && !is("aof_enabled", "1") {
            "it keeps no append-only file (appendonly yes) and forgets what it has acknowledged when it ends; where two \
             recordings in place of one are no harm, add durability=unsafe to the address"
                .to_owned()
        } else {
            return Ok(());
        };
        Err(StoreError::new(format!("Redis can't keep a ledger: {refused}")))
    }

    fn failed(&self, error: &dyn Error) -> StoreError {
        self.secret.error(&format!("Redis at {}:{} failed: {error}", self.address.host, self.address.port))
    }
}

/// A session's key as one text: the length tells where its parts meet.
fn member(key: &SessionKey) -> String {
    format!("{}:{}{}", key.app_key.len(), key.app_key, key.session_id)
}

fn session(member: &str) -> Option<SessionKey> {
    let (length, parts) = member.split_once(':')?;
    let (app_key, session_id) = parts.split_at_checked(length.parse().ok()?)?;
    Some(SessionKey { app_key: app_key.to_owned(), session_id: session_id.to_owned() })
}

fn script(text: &str, keys: &[String]) -> Cmd {
    let mut command = redis::cmd("EVAL");
    command.arg(text).arg(keys.len()).arg(keys);
    command
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

#[async_trait]
impl LedgerStore for RedisStore {
    async fn load(&self, keys: &[SessionKey]) -> Result<Vec<Option<Stored>>, StoreError> {
        let mut commands = Pipeline::new();
        for key in keys {
            commands.cmd("HMGET").arg(self.key_of("document", key)).arg("version").arg("document");
        }
        let found: Vec<(Option<i64>, Option<String>)> = self.ask_all(&commands).await?;
        let stored = |(version, document): (Option<i64>, Option<String>)| {
            version.zip(document).map(|(version, document)| Stored { version, document })
        };
        Ok(found.into_iter().map(stored).collect())
    }

    async fn swap(&self, key: &SessionKey, version: i64, document: &str, index: Index) -> Result<bool, StoreError> {
        let keys = [
            self.key_of("document", key),
            self.key_of_app("due", &key.app_key),
            self.key_of_app("unresolved", &key.app_key),
        ];
        let mut swap = script(SWAP, &keys);
        swap.arg(version)
            .arg(version.saturating_add(1))
            .arg(document)
            .arg(index.due.0)
            .arg(member(key))
            .arg(u8::from(index.is_unresolved));
        self.ask(&swap).await
    }

    async fn put_off(&self, key: &SessionKey, version: i64, due: Timestamp) -> Result<(), StoreError> {
        let keys = [
            self.key_of("document", key),
            self.key_of_app("due", &key.app_key),
            self.key_of_app("unresolved", &key.app_key),
        ];
        let mut put_off = script(PUT_OFF, &keys);
        put_off.arg(version).arg(due.0).arg(member(key));
        self.ask::<bool>(&put_off).await.map(drop)
    }

    async fn due(&self, app_key: &str, now: Timestamp, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        let mut find = redis::cmd("ZRANGEBYSCORE");
        find.arg(self.key_of_app("due", app_key)).arg("-inf").arg(now.0).arg("LIMIT").arg(0).arg(limit(most));
        self.sessions(&self.ask::<Vec<String>>(&find).await?)
    }

    async fn unresolved(&self, app_key: &str, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        let mut find = redis::cmd("ZRANGEBYSCORE");
        find.arg(self.key_of_app("unresolved", app_key)).arg("-inf").arg("+inf").arg("LIMIT").arg(0).arg(limit(most));
        self.sessions(&self.ask::<Vec<String>>(&find).await?)
    }

    async fn append(&self, key: &SessionKey, id: &str, body: &str) -> Result<bool, StoreError> {
        self.ask(redis::cmd("HSETNX").arg(self.key_of("report", key)).arg(id).arg(body)).await
    }

    async fn reported(&self, keys: &[SessionKey]) -> Result<Vec<Vec<String>>, StoreError> {
        let mut commands = Pipeline::new();
        for key in keys {
            commands.cmd("HVALS").arg(self.key_of("report", key));
        }
        self.ask_all(&commands).await
    }

    async fn remove(&self, key: &SessionKey, version: i64) -> Result<bool, StoreError> {
        let keys = [
            self.key_of("document", key),
            self.key_of_app("due", &key.app_key),
            self.key_of_app("unresolved", &key.app_key),
            self.key_of("report", key),
        ];
        let mut remove = script(REMOVE, &keys);
        remove.arg(version).arg(member(key));
        self.ask(&remove).await
    }

    async fn remember(
        &self,
        name: &str,
        value: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let mut remember = script(REMEMBER, &[self.key("remembered"), self.key("expires_at")]);
        remember.arg(name).arg(value).arg(now.0).arg(expires_at.0);
        self.ask(&remember).await
    }

    async fn forget_expired(&self, now: Timestamp, most: usize) -> Result<usize, StoreError> {
        let mut forget = script(FORGET, &[self.key("remembered"), self.key("expires_at")]);
        forget.arg(now.0).arg(limit(most));
        self.ask(&forget).await
    }
}
