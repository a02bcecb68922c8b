CREATE TABLE training_samples (
    job  TEXT    NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    hash TEXT    NOT NULL,
    PRIMARY KEY (job, step)
) WITHOUT ROWID;
-- What a few steps of a kind took on this machine.
CREATE TABLE training_measurements (
    kind             TEXT NOT NULL PRIMARY KEY,
    seconds_per_step REAL NOT NULL,
    seconds_per_call REAL NOT NULL,
    peak_bytes       INTEGER,
    parameters       INTEGER NOT NULL,
    all_parameters   INTEGER NOT NULL,
    note             TEXT
);
