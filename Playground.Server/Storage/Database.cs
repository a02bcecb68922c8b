using System.Reflection;
using System.Runtime.InteropServices;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Playground.Server.Storage;

/// <summary>The SQLite file and its numbered migrations.</summary>
public sealed class Database
{
    private readonly string _connection;

    // Debian's patched libsqlite3 instead of the older one in the package.
    static Database()
    {
        NativeLibrary.SetDllImportResolver(Assembly.Load("SQLitePCLRaw.provider.e_sqlite3"), (name, _, _) =>
            name == "e_sqlite3" && NativeLibrary.TryLoad("libsqlite3.so.0", out var library) ? library : 0);
        SQLitePCL.Batteries_V2.Init();
    }

    public Database(IOptions<PlaygroundOptions> options)
    {
        Directory.CreateDirectory(options.Value.Data);
        _connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(options.Value.Data, "playground.db"), ForeignKeys = true }.ToString();
    }

    /// <summary>An open connection; the caller disposes it.</summary>
    public async Task<SqliteConnection> OpenAsync(CancellationToken ct)
    {
        var connection = new SqliteConnection(_connection);
        await connection.OpenAsync(ct);
        return connection;
    }

    /// <summary>Applies, in one transaction each, the migrations that the file has not seen.</summary>
    public void Migrate()
    {
        using var connection = new SqliteConnection(_connection);
        connection.Open();
        connection.Execute("PRAGMA journal_mode = WAL");
        var version = connection.ExecuteScalar<long>("PRAGMA user_version");
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var number = int.Parse(name.Split('.')[^2].Split('_')[0], System.Globalization.CultureInfo.InvariantCulture);
            if (number <= version) continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            using var transaction = connection.BeginTransaction();
            connection.Execute(reader.ReadToEnd(), transaction: transaction);
            connection.Execute($"PRAGMA user_version = {number}", transaction: transaction);
            transaction.Commit();
        }
    }
}
