CREATE TABLE pictures (
    owner   TEXT NOT NULL,
    hash    TEXT NOT NULL,
    created TEXT NOT NULL,
    PRIMARY KEY (owner, hash)
);
CREATE INDEX job_pictures_by_hash ON job_pictures (hash);
