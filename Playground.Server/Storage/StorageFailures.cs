using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Playground.Server.Storage;

/// <summary>The one place that knows what the exceptions of SQLite, PostgreSQL and the file system mean.</summary>
internal static class StorageFailures
{
    // errno of Linux and macOS, and Windows' codes in the low word of an HRESULT. EDQUOT differs between Linux (122) and macOS (69).
    private const int Enospc = 28, Erofs = 30, EdquotLinux = 122, EdquotMac = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070), WindowsHandleDiskFull = unchecked((int)0x80070027),
        WindowsWriteProtect = unchecked((int)0x80070013);

    private const int EwouldblockLinux = 11, EwouldblockMac = 35, WindowsSharing = unchecked((int)0x80070020);

    // https://www.sqlite.org/rescode.html
    private const int SqliteConstraintPrimaryKey = 1555, SqliteConstraintUnique = 2067, SqliteConstraintForeignKey = 787;

    /// <summary>What keeps storage from working; null where <paramref name="exception"/> says nothing of the kind.</summary>
    public static StorageUnavailableException? Of(Exception exception)
    {
        // What was canceled on purpose ends with the database's word for it inside.
        if (exception is OperationCanceledException) return null;
        for (var e = exception; e is not null; e = e.InnerException)
        {
            var found = e switch
            {
                StorageUnavailableException known => known,
                SqliteException sqlite => Of(sqlite),
                PostgresException postgres => Of(postgres),
                NpgsqlException npgsql => Of(npgsql),
                IOException io => Of(io),
                _ => null,
            };
            if (found is not null) return found;
        }
        return null;
    }

    /// <summary>What keeps the data folder from being used.</summary>
    public static StorageUnavailableException OfDataFolder(Exception e) => e switch
    {
        StorageUnavailableException known => known,
        IOException { HResult: EwouldblockLinux or EwouldblockMac or WindowsSharing } =>
            new(StorageProblem.Taken, "Another server uses the data folder.", e),
        _ => Of(e) ?? ReadOnly(e),
    };

    /// <summary>What a person is told where files cannot be read or written: never the system's words, which have paths in them.</summary>
    public static string WordsFor(Exception e)
        => Of(e)?.Message ?? "The server cannot read or write its files. Try again, or ask whoever runs the server.";

    /// <summary>Whether a row with the same key is there already.</summary>
    public static bool IsDuplicate(Exception exception) => exception.GetBaseException() switch
    {
        SqliteException e => e.SqliteExtendedErrorCode is SqliteConstraintPrimaryKey or SqliteConstraintUnique,
        PostgresException e => e.SqlState == PostgresErrorCodes.UniqueViolation,
        _ => false,
    };

    /// <summary>Whether a row that this one refers to is not there.</summary>
    public static bool IsOrphan(Exception exception) => exception.GetBaseException() switch
    {
        SqliteException e => e.SqliteExtendedErrorCode == SqliteConstraintForeignKey,
        PostgresException e => e.SqlState == PostgresErrorCodes.ForeignKeyViolation,
        _ => false,
    };

    private static StorageUnavailableException? Of(SqliteException e) => e.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED or SQLitePCL.raw.SQLITE_PROTOCOL => Locked(e),
        SQLitePCL.raw.SQLITE_FULL => Full(e),
        SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_PERM => ReadOnly(e),
        SQLitePCL.raw.SQLITE_IOERR => new(StorageProblem.ReadOnly,
            "The server's disk reports an error. Try again later; if it stays, tell whoever runs the server.", e),
        SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB => Damaged(e),
        _ => null,
    };

    // https://www.postgresql.org/docs/current/errcodes-appendix.html; the first two characters are the class.
    private static StorageUnavailableException? Of(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow =>
            Away(e, undone: true),
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => Busy(e, undone: true),
        PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.TooManyConnections => Busy(e),
        PostgresErrorCodes.DiskFull => Full(e),
        PostgresErrorCodes.ReadOnlySqlTransaction => ReadOnly(e),
        PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InsufficientPrivilege => Denied(e),
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn => Mismatched(e),
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => Damaged(e),
        ['2', '8', ..] => Denied(e),
        ['0', '8', ..] or ['5', '7', 'P', ..] or ['5', '8', ..] => Away(e),
        ['5', '3', ..] => Busy(e),
        _ => null,
    };

    private static StorageUnavailableException? Of(NpgsqlException e) => e.InnerException switch
    {
        // There is no connection in time, since the server does not answer or since all of the pool are in use; or no answer on one.
        TimeoutException => new(StorageProblem.Away, "The database did not answer in time. Try again in a few seconds.", e),
        IOException or SocketException or ObjectDisposedException => Away(e, sudden: true),
        PostgresException or StorageUnavailableException => null,
        _ => e.IsTransient ? Away(e, sudden: true) : null,
    };

    private static StorageUnavailableException? Of(IOException e) => e.HResult switch
    {
        Enospc or EdquotLinux or WindowsDiskFull or WindowsHandleDiskFull => Full(e),
        EdquotMac when OperatingSystem.IsMacOS() => Full(e),
        Erofs or WindowsWriteProtect => ReadOnly(e),
        _ => null,
    };

    public static StorageUnavailableException Away(Exception? e = null, bool undone = false, bool sudden = false)
        => new(StorageProblem.Away, "The database cannot be reached right now. Try again in a few seconds.", e)
        { IsUndone = undone, IsSudden = sudden };

    public static StorageUnavailableException Busy(Exception? e = null, bool undone = false)
        => new(StorageProblem.Busy, "The database has too much to do right now. Try again in a few seconds.", e) { IsUndone = undone };

    private static StorageUnavailableException Locked(Exception e)
        => new(StorageProblem.Busy, "Another program has locked the database. Try again in a few seconds.", e);

    private static StorageUnavailableException Full(Exception e)
        => new(StorageProblem.Full,
            "The server's disk is full. Delete what you no longer need, or ask whoever runs the server to make room; then try again.", e);

    private static StorageUnavailableException ReadOnly(Exception e)
        => new(StorageProblem.ReadOnly,
            "The server cannot write to its storage. Ask whoever runs the server to make it writable; then try again.", e);

    private static StorageUnavailableException Denied(Exception e)
        => new(StorageProblem.Denied,
            "The database refuses the server's account. Ask whoever runs the server to correct it; then try again.", e);

    private static StorageUnavailableException Damaged(Exception e)
        => new(StorageProblem.Damaged, "The server's database is damaged. Ask whoever runs the server to restore it from a backup.", e);

    public static StorageUnavailableException Mismatched(Exception e)
        => new(StorageProblem.Mismatched, "The server's database is not of this version. Ask whoever runs the server to restart it.", e);
}
