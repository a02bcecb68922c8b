CREATE TABLE datasets (
    id         TEXT    NOT NULL PRIMARY KEY,
    owner      TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    status     TEXT    NOT NULL,
    address    TEXT,
    error      TEXT,
    report     TEXT,
    pack       TEXT,
    bytes      INTEGER NOT NULL DEFAULT 0,
    created    TEXT    NOT NULL
);
CREATE INDEX datasets_by_owner ON datasets (owner, created);
CREATE INDEX datasets_by_status ON datasets (status);
CREATE TABLE uploads (
    id       TEXT    NOT NULL PRIMARY KEY,
    owner    TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    length   INTEGER NOT NULL,
    metadata TEXT    NOT NULL,
    dataset  TEXT    REFERENCES datasets (id) ON DELETE SET NULL,
    sha256   TEXT,
    created  TEXT    NOT NULL,
    expires  TEXT    NOT NULL
);
CREATE INDEX uploads_by_owner ON uploads (owner);
CREATE INDEX uploads_by_dataset ON uploads (dataset);
-- A picture is never changed once it is in; what a version does with it stands with the version.
CREATE TABLE dataset_pictures (
    dataset    TEXT    NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    class      INTEGER,
    caption    TEXT,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    channels   INTEGER NOT NULL,
    offset     INTEGER NOT NULL,
    length     INTEGER NOT NULL,
    pixels     TEXT    NOT NULL,
    duplicates INTEGER,
    exact      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (dataset, number)
) WITHOUT ROWID;
CREATE INDEX dataset_pictures_by_class ON dataset_pictures (dataset, class, number);
CREATE INDEX dataset_pictures_by_duplicates ON dataset_pictures (dataset, duplicates, number) WHERE duplicates IS NOT NULL;
CREATE TABLE dataset_versions (
    dataset TEXT    NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    status  TEXT    NOT NULL,
    recipe  TEXT    NOT NULL,
    count   INTEGER NOT NULL,
    hash    TEXT,
    bytes   INTEGER NOT NULL DEFAULT 0,
    error   TEXT,
    created TEXT    NOT NULL,
    PRIMARY KEY (dataset, version)
);
CREATE INDEX dataset_versions_by_hash ON dataset_versions (hash);
CREATE TABLE dataset_exclusions (
    dataset TEXT    NOT NULL,
    version INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    PRIMARY KEY (dataset, version, number),
    FOREIGN KEY (dataset, version) REFERENCES dataset_versions (dataset, version) ON DELETE CASCADE
) WITHOUT ROWID;
