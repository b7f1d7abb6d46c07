CREATE TABLE IF NOT EXISTS rongcloud_ledger_document (
    app_key text COLLATE "C" NOT NULL,
    session_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    document text NOT NULL,
    due bigint NOT NULL,
    is_unresolved boolean NOT NULL,
    PRIMARY KEY (app_key, session_id)
);
CREATE INDEX IF NOT EXISTS rongcloud_ledger_document_due ON rongcloud_ledger_document (app_key, due);
CREATE INDEX IF NOT EXISTS rongcloud_ledger_document_unresolved
    ON rongcloud_ledger_document (app_key, due) WHERE is_unresolved;
CREATE TABLE IF NOT EXISTS rongcloud_ledger_report (
    app_key text COLLATE "C" NOT NULL,
    session_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (app_key, session_id, id)
);
CREATE TABLE IF NOT EXISTS rongcloud_ledger_remembered (
    name text COLLATE "C" PRIMARY KEY,
    value text NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS rongcloud_ledger_remembered_expires_at ON rongcloud_ledger_remembered (expires_at);
CREATE TABLE IF NOT EXISTS rongcloud_ledger_form (
    form bigint PRIMARY KEY
);
INSERT INTO rongcloud_ledger_form (form) VALUES (1) ON CONFLICT DO NOTHING;
