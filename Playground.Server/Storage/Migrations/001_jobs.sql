CREATE TABLE jobs (
    id       TEXT    NOT NULL PRIMARY KEY,
    owner    TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    status   TEXT    NOT NULL,
    request  TEXT    NOT NULL,
    sequence INTEGER NOT NULL,
    step     INTEGER NOT NULL,
    steps    INTEGER NOT NULL,
    error    TEXT,
    created  TEXT    NOT NULL,
    ended    TEXT
);
CREATE INDEX jobs_by_status ON jobs (status, created);
CREATE TABLE job_pictures (
    job  TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (job, name)
);
