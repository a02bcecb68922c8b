using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Playground.Server.Datasets;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Sampling;
using Playground.Server.Storage;
using Playground.Server.Tests.Datasets;
using Playground.Server.Trainings;
using Playground.Server.Uploads;

namespace Playground.Server.Tests.Storage;

/// <summary>A database for the tests of one class, empty and of this version, with the storage of the server over it.</summary>
public abstract class TestDatabase : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("storage-").FullName;
    private IHost? _host;

    /// <summary>What the server is told of it; null: SQLite in the data folder.</summary>
    public string? Connection { get; private set; }

    public string Folder => _folder;

    /// <summary>What the server's log has, a line an entry.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>The server's services for storage, and those that a test adds.</summary>
    internal IServiceProvider Services => _host!.Services;

    internal Database Database => Services.GetRequiredService<Database>();

    public virtual async ValueTask InitializeAsync()
    {
        Connection = await CreateAsync();
        if (!CanRun) return;
        _host = StorageHost.Build(Path.Combine(_folder, "data"), Connection, Log, AddServices);
        Assert.True(await StorageStartup.OpenAsync(_host.Services));
    }

    /// <summary>Skips the test where the database's server is not installed.</summary>
    public virtual void Require()
    {
    }

    protected virtual bool CanRun => true;

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await ((IAsyncDisposable)_host).DisposeAsync();
        GC.SuppressFinalize(this);
        Directory.Delete(_folder, recursive: true);
    }

    protected abstract Task<string?> CreateAsync();

    private static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<ICurrentOwner, LoopbackOwner>();
        services.AddSingleton<ServerPaths>();
        services.AddJobs();
        services.AddSingleton<TrainingStore>();
        services.AddSingleton<SourcePictures>();
        services.AddUploads();
        services.AddDatasets();
        services.AddSingleton<UsedByTraining>();
        services.AddSingleton<IDatasetReferences>(s => s.GetRequiredService<UsedByTraining>());
    }
}

/// <summary>The server's storage in a host of its own.</summary>
internal static class StorageHost
{
    public static IHost Build(string data, string? connection, ConcurrentQueue<string> log, Action<IServiceCollection>? add = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:Playground", connection)]);
        builder.Services.Configure<PlaygroundOptions>(o => o.Data = data);
        builder.Logging.AddProvider(new LogLines(log)).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder.Services.AddStorage(builder.Configuration);
        add?.Invoke(builder.Services);
        return builder.Build();
    }
}

internal sealed class LogLines(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) => lines.Enqueue(formatter(state, exception));

    public void Dispose()
    {
    }
}

public sealed class SqliteDatabase : TestDatabase
{
    protected override Task<string?> CreateAsync() => Task.FromResult<string?>(null);
}

public sealed class PostgresDatabase(PostgresCluster cluster) : TestDatabase
{
    public override void Require() => PostgresCluster.RequireInstalled();

    protected override bool CanRun => PostgresCluster.IsInstalled;

    protected override async Task<string?> CreateAsync() => CanRun ? await cluster.CreateDatabaseAsync() : null;
}
