using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Playground.Server.Hosting;
using Playground.Server.Storage.Postgres;
using Playground.Server.Storage.Sqlite;

namespace Playground.Server.Storage;

/// <summary>
/// The database in the host's container: PostgreSQL where <c>ConnectionStrings:Playground</c> names one, otherwise SQLite in the data
/// folder.
/// </summary>
internal static class StorageServices
{
    public const string Connection = "Playground";

    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddExceptionHandler<StorageProblemHandler>();
        services.AddHealthChecks()
            .AddCheck<DatabaseHealthCheck>("database", tags: [HealthEndpoints.Ready], timeout: TimeSpan.FromSeconds(5));
        services.AddSingleton<DataFolder>();
        // Sessions and forms outlast a restart, and are worth nothing on another server.
        services.AddDataProtection().SetApplicationName("Playground");
        services.AddOptions<KeyManagementOptions>().Configure<DataFolder, ILoggerFactory>((o, folder, logs)
            => o.XmlRepository = new KeyFolder(folder, logs));
        services.AddSingleton<BlobStore>();
        services.AddSingleton<BlobCleaner>();
        services.AddSingleton<Database>();
        services.AddSingleton<StorageStartup>();
        services.AddHostedService(s => s.GetRequiredService<StorageStartup>());
        if (configuration.GetConnectionString(Connection) is { } connection && !string.IsNullOrWhiteSpace(connection))
        {
            services.AddSingleton(s => new PostgresServer(connection, s.GetRequiredService<DataFolder>()));
            services.AddSingleton<IDatabasePlace>(s => s.GetRequiredService<PostgresServer>());
            services.AddContexts<PostgresDb>((s, options) => s.GetRequiredService<PostgresServer>().Configure(options));
        }
        else
        {
            services.AddSingleton<SqliteFile>();
            services.AddSingleton<IDatabasePlace>(s => s.GetRequiredService<SqliteFile>());
            services.AddContexts<SqliteDb>((s, options) => s.GetRequiredService<SqliteFile>().Configure(options));
        }
        return services;
    }

    private static void AddContexts<TContext>(this IServiceCollection services, Action<IServiceProvider, DbContextOptionsBuilder> configure)
        where TContext : PlaygroundDb
    {
        services.AddPooledDbContextFactory<TContext>((s, options) =>
        {
            configure(s, options);
            // Whoever catches a failure tells it, once; Entity Framework would tell each of them before, with its trace.
            options.ConfigureWarnings(w => w.Log(
                (RelationalEventId.ConnectionError, LogLevel.Debug), (RelationalEventId.CommandError,
                    LogLevel.Debug), (RelationalEventId.TransactionError, LogLevel.Debug),
                (CoreEventId.QueryIterationFailed, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug)));
        });
        services.AddSingleton<IDbContextFactory<PlaygroundDb>, AnyContexts<TContext>>();
    }

    // The stores do not ask which provider it is.
    private sealed class AnyContexts<TContext>(IDbContextFactory<TContext> contexts) : IDbContextFactory<PlaygroundDb>
        where TContext : PlaygroundDb
    {
        public PlaygroundDb CreateDbContext() => contexts.CreateDbContext();
    }
}
