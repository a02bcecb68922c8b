using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Playground.Client.Contracts;
using Playground.Server.Datasets;
using Playground.Server.Storage;
using Playground.Server.Uploads;

namespace Playground.Server.Tests.Datasets;

/// <summary>What other parts of the server ask of data sets, in process.</summary>
public sealed class DatasetStoreTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("store-").FullName;
    private readonly Training _training = new();
    private ServiceProvider _services = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.Configure<PlaygroundOptions>(o => o.Data = _folder);
        services.AddSingleton<Database>();
        services.AddDatasets();
        services.AddSingleton<IDatasetReferences>(_training);
        _services = services.BuildServiceProvider();
        _services.GetRequiredService<Database>().Migrate();
        foreach (var worker in _services.GetServices<IHostedService>()) await worker.StartAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _services.GetServices<IHostedService>()) await worker.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_version_is_opened_for_training_by_its_owner_and_is_not_deleted_while_something_depends_on_it()
    {
        var datasets = _services.GetRequiredService<IDatasets>();
        var made = await MakeAsync(datasets);
        var store = _services.GetRequiredService<DatasetStore>();
        using (var pictures = await store.OpenAsync(Owners.Local, made.Id, 1, Ct))
        {
            Assert.Equal(("pair, version 1", 2, 16), (pictures.Name, pictures.Count, pictures.Width));
        }
        Assert.Equal(DatasetProblem.Missing, (await Assert.ThrowsAsync<DatasetException>(() => store.OpenAsync("stranger", made.Id, 1, Ct))).Problem);
        Assert.Equal(DatasetProblem.Missing, (await Assert.ThrowsAsync<DatasetException>(() => store.OpenAsync(Owners.Local, made.Id, 2, Ct))).Problem);

        var (path, hash) = await store.LocateAsync(Owners.Local, made.Id, 1, Ct);
        _training.Uses = hash;
        Assert.Contains("used by the training 'digits'", (await Assert.ThrowsAsync<DatasetException>(() => datasets.DeleteAsync(made.Id, Ct))).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(path));
        _training.Uses = null;
        await datasets.DeleteAsync(made.Id, Ct);
        Assert.False(File.Exists(path));
    }

    private async Task<DatasetView> MakeAsync(IDatasets datasets)
    {
        var files = _services.GetRequiredService<UploadFiles>();
        var ids = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var picture = TestPicture.Png(i);
            var upload = await files.CreateAsync(Owners.Local, picture.Length, $"filename {Convert.ToBase64String("x.png"u8)}", Ct);
            await files.AppendAsync(upload, 0, new MemoryStream(picture), picture.Length, null, Ct);
            ids.Add(upload.Id);
        }
        var made = await datasets.CreateAsync(new NewDataset { Name = "pair", Uploads = ids }, Ct);
        while (made.Status == DatasetStatus.Inspecting)
        {
            await Task.Delay(20, Ct);
            made = (await datasets.FindAsync(made.Id, Ct))!;
        }
        Assert.Equal((DatasetStatus.Ready, null), (made.Status, made.Error));
        return made;
    }

    private sealed class Training : IDatasetReferences
    {
        public string? Uses { get; set; }

        public Task<IReadOnlyList<string>> UsersOfAsync(string owner, IReadOnlyList<string> hashes, CancellationToken ct)
            => Task.FromResult<IReadOnlyList<string>>(Uses is { } hash && hashes.Contains(hash) ? ["the training 'digits'"] : []);
    }
}
