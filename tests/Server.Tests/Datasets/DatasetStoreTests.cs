using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Playground.Client.Contracts;
using Playground.Core.Imaging;
using Playground.Server.Datasets;
using Playground.Server.Datasets.Inspection;
using Playground.Server.Datasets.Versions;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Sampling;
using Playground.Server.Storage;
using Playground.Server.Tests.Storage;
using Playground.Server.Uploads;

namespace Playground.Server.Tests.Datasets;

public sealed class SqliteDatasetStoreTests(SqliteDatabase database) : DatasetStoreTests<SqliteDatabase>(database);

public sealed class PostgresDatasetStoreTests(PostgresDatabase database) : DatasetStoreTests<PostgresDatabase>(database);

/// <summary>
/// Data sets, their uploads and versions as the database has them, and what other parts of the server ask of them, in process.
/// </summary>
public abstract class DatasetStoreTests<TDatabase> : IClassFixture<TDatabase> where TDatabase : TestDatabase
{
    private static readonly Fingerprint s_fingerprint = Fingerprint.Of(new PictureBatch(1, 8, 8, 1, new byte[64]));
    private readonly TDatabase _database;
    private readonly string _owner = NewId();

    protected DatasetStoreTests(TDatabase database)
    {
        database.Require();
        _database = database;
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private DatasetStore Store => Get<DatasetStore>();

    private PictureStore Pictures => Get<PictureStore>();

    private UploadStore Uploads => Get<UploadStore>();

    [Fact]
    public async Task A_version_is_opened_for_training_by_its_owner_and_is_not_deleted_while_something_depends_on_it()
    {
        var worker = _database.Services.GetServices<IHostedService>().OfType<JobRunner>().Single();
        await worker.StartAsync(Ct);
        try
        {
            var datasets = Get<IDatasets>();
            var training = Get<UsedByTraining>();
            var made = await MakeAsync(datasets);
            using (var pictures = await Store.OpenAsync(LoopbackOwner.Local, made.Id, 1, Ct))
            {
                Assert.Equal(("pair, version 1", 2, 16), (pictures.Name, pictures.Count, pictures.Width));
            }
            Assert.True((await Assert.ThrowsAsync<RequestException>(() => Store.OpenAsync("stranger", made.Id, 1, Ct))).IsMissing);
            Assert.True(
                (await Assert.ThrowsAsync<RequestException>(() => Store.OpenAsync(LoopbackOwner.Local, made.Id, 2, Ct))).IsMissing);

            var (path, hash) = await Store.LocateAsync(LoopbackOwner.Local, made.Id, 1, Ct);
            training.Uses = hash;
            Assert.Contains("used by the training 'digits'",
                (await Assert.ThrowsAsync<RequestException>(() => datasets.DeleteAsync(made.Id, Ct))).Message, StringComparison.Ordinal);
            Assert.True(File.Exists(path));
            training.Uses = null;
            await datasets.DeleteAsync(made.Id, Ct);
            Assert.False(File.Exists(path));
        }
        finally
        {
            await worker.StopAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_data_set_moves_on_from_the_state_that_it_is_in_once()
    {
        var id = await DraftAsync();
        var moved = await Task.WhenAll(Enumerable.Range(0, 10)
            .Select(_ => Task.Run(() => Store.MoveAsync(id, DatasetStatus.Draft, DatasetStatus.Inspecting, null, Ct), Ct)));
        Assert.Equal(1, moved.Count(m => m));
    }

    [Fact]
    public async Task Pictures_of_a_data_set_are_published_whole_and_found_page_by_page()
    {
        const int count = 4500;
        var id = await InspectingAsync();
        // What a server that was cut off left of an earlier attempt is in nobody's way.
        await PublishAsync(id, 10, publish: false);
        await PublishAsync(id, count);
        var row = await Store.FindAsync(id, _owner, Ct);
        Assert.Equal((DatasetStatus.Ready, "report", "pack" + id, 99L), (row!.Status, row.Report, row.Pack, row.Bytes));
        Assert.Null((await Store.ListAsync(_owner, Ct)).Single().Report);
        Assert.Equal(count, (await Pictures.KeysAsync(id, Ct)).Count);

        var number = await AddVersionAsync(id, [.. Enumerable.Range(0, 2500)]);
        Assert.Equal(2, number);
        Assert.Equal(2500, (await Pictures.ExcludedAsync(id, number, Ct)).Count);
        Assert.Equal(count - 2500, (await Pictures.OfVersionAsync(id, number, Ct)).Count);

        var (total, rows) = await Pictures.PageAsync(id, number, new DatasetPictureQuery { Skip = 2499, Take = 3 }, null, Ct);
        Assert.Equal((count, (2499, true), (2500, false), (2501, false)), (total, At(0), At(1), At(2)));
        (total, rows) = await Pictures.PageAsync(id, number, new DatasetPictureQuery { Excluded = false, Take = 1 }, [1], Ct);
        Assert.Equal((1000, (2501, false)), (total, At(0)));
        (total, rows) = await Pictures.PageAsync(id, number, new DatasetPictureQuery { Duplicates = "exact", Take = 500 }, null, Ct);
        Assert.Equal((45, (0, true)), (total, At(0)));
        (total, rows) = await Pictures.PageAsync(id, 1, new DatasetPictureQuery { Group = 3, Take = 500 }, null, Ct);
        Assert.Equal((2, (300, false)), (total, At(0)));
        Assert.Equal(new VersionPicture(7000, 7, null, null, null), await Pictures.FindAsync(id, 1000, Ct));
        Assert.Null(await Pictures.FindAsync(id, count, Ct));

        (int, bool) At(int i) => (rows[i].Number, rows[i].Excluded);
    }

    [Fact]
    public async Task Versions_that_are_made_at_once_get_numbers_of_their_own()
    {
        var id = await InspectingAsync();
        await PublishAsync(id, 20);
        var numbers = await Task.WhenAll(Enumerable.Range(0, 4)
            .Select(i => Task.Run(() => AddVersionAsync(id, [i]), Ct)));
        Assert.Equal([2, 3, 4, 5], numbers.Order());
        foreach (var (i, number) in numbers.Index()) Assert.Equal([i], await Pictures.ExcludedAsync(id, number, Ct));
        await Store.EndVersionAsync(id, 3, DatasetStatus.Failed, null, 0, "no", Ct);
        Assert.Equal([(1, DatasetStatus.Ready), (2, DatasetStatus.Inspecting), (3, DatasetStatus.Failed), (4, DatasetStatus.Inspecting),
            (5, DatasetStatus.Inspecting)],
            (await Store.VersionsAsync(id, Ct)).Select(v => (v.Version, v.Status)));
        Assert.Equal(5, (await Store.VersionsOfAsync(_owner, Ct)).Count);
    }

    [Fact]
    public async Task A_data_set_that_goes_takes_all_its_rows_along_and_frees_its_uploads()
    {
        var id = await InspectingAsync();
        await PublishAsync(id, 20);
        await AddVersionAsync(id, [1, 2]);
        string[] kept = [Get<DatasetFiles>().PackOf("pack" + id), Get<DatasetFiles>().VersionOf("hash" + id)];
        foreach (var path in kept)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, "x", Ct);
        }
        var upload = await UploadAsync(100, dataset: id);
        await Store.DeleteAsync(id, "stranger", Ct);
        Assert.NotNull(await Store.FindAsync(id, _owner, Ct));
        Assert.All(kept, path => Assert.True(File.Exists(path)));
        Assert.Equal(100 + 99 + 50, await Get<StorageSpace>().UsedAsync(_owner, Ct));

        await Store.DeleteAsync(id, _owner, Ct);
        Assert.Null(await Store.FindAsync(id, _owner, Ct));
        Assert.All(kept, path => Assert.False(File.Exists(path)));
        Assert.Empty(await Pictures.KeysAsync(id, Ct));
        Assert.Empty(await Store.VersionsAsync(id, Ct));
        Assert.Empty(await Pictures.ExcludedAsync(id, 2, Ct));
        Assert.Null((await Uploads.FindAsync(upload.Id, _owner, Ct))!.DatasetId);
        Assert.Equal(100, await Get<StorageSpace>().UsedAsync(_owner, Ct));
        Assert.Equal(0, await Get<StorageSpace>().UsedAsync("nobody", Ct));
    }

    [Fact]
    public async Task Only_complete_uploads_of_the_owner_that_no_data_set_has_are_given_to_one()
    {
        var id = await DraftAsync();
        var complete = await CompleteAsync(await UploadAsync(10));
        var open = await UploadAsync(10);
        var taken = await CompleteAsync(await UploadAsync(10, dataset: await DraftAsync()));
        Assert.Equal(1, await Uploads.AttachAsync([complete.Id, open.Id, taken.Id, "no such\0 upload"], id, _owner, Ct));
        Assert.Equal([complete.Id], (await Uploads.OfDatasetAsync(id, Ct)).Select(u => u.Id));
        Assert.Equal(0, await Uploads.AttachAsync([complete.Id], id, _owner, Ct));
        Assert.Equal([open.Id], (await Uploads.UnfinishedAsync(Ct)).Where(u => u.Owner == _owner).Select(u => u.Id));
        Assert.Equal(2, (await Uploads.OfDatasetsAsync(_owner, Ct)).Count);
        Assert.False(await Uploads.InsertAsync(NewUpload(1, "none"), Ct));
        Assert.True(await Get<UploadOwners>().TakesUploadsAsync(id, _owner, Ct));
        Assert.False(await Get<UploadOwners>().TakesUploadsAsync(id, "stranger", Ct));
    }

    [Fact]
    public async Task Uploads_expire_unless_bytes_come_or_a_data_set_is_being_made_of_them()
    {
        var now = DateTimeOffset.UtcNow;
        var old = await UploadAsync(10);
        var prolonged = await UploadAsync(10);
        var used = await UploadAsync(10, dataset: await InspectingAsync());
        await Uploads.ProlongAsync(prolonged.Id, now.AddHours(10), null, Ct);
        var expired = await Uploads.ExpiredAsync(now.AddHours(2), await Get<UploadOwners>().ReadingAsync(Ct), Ct);
        Assert.Equal([old.Id], expired.Intersect([old.Id, prolonged.Id, used.Id]));
        await Uploads.DeleteAsync(old.Id, Ct);
        Assert.False(await Uploads.ExistsAsync(old.Id, Ct));

        var forgotten = await DraftAsync();
        var fed = await DraftAsync();
        await UploadAsync(10, dataset: fed);
        await Get<UploadOwners>().SweepAsync(now.AddHours(-1), Ct);
        Assert.NotNull(await Store.FindAsync(forgotten, _owner, Ct));
        await Get<UploadOwners>().SweepAsync(now.AddHours(1), Ct);
        Assert.Null(await Store.FindAsync(forgotten, _owner, Ct));
        Assert.NotNull(await Store.FindAsync(fed, _owner, Ct));
    }

    [Fact]
    public async Task One_picture_that_comes_many_times_at_once_is_its_owners_once()
    {
        var pictures = Get<SourcePictures>();
        var views = await Task.WhenAll(Enumerable.Range(0, 6)
            .Select(_ => Task.Run(() => pictures.AddAsync(TestPicture.Png(5), _owner, Ct), Ct)));
        var id = Assert.Single(views.Select(v => v.Id).Distinct());
        Assert.NotNull(await pictures.FindFileAsync(id, _owner, Ct));
        Assert.Null(await pictures.FindFileAsync(id, "stranger", Ct));
    }

    private async Task<int> AddVersionAsync(string id, IReadOnlyCollection<int> excluded)
    {
        var version = Version(id);
        var job = NewId();
        await PictureStore.AddVersionAsync(version, excluded, with => _database.Database.TransactAsync(async db =>
        {
            await with(db, job);
            return true;
        }, Ct), Ct);
        Assert.Equal(version.Version, (await Store.VersionOfJobAsync(job, Ct))!.Version);
        return version.Version;
    }

    private static string NewId() => Guid.NewGuid().ToString("N");

    private T Get<T>() where T : notnull => _database.Services.GetRequiredService<T>();

    private async Task<string> DraftAsync()
    {
        var row = new DatasetRow
        {
            Id = NewId(),
            Owner = _owner,
            Name = "set",
            Status = DatasetStatus.Draft,
            Created = DateTimeOffset.UtcNow
        };
        await Store.InsertAsync(row, Ct);
        return row.Id;
    }

    private async Task<string> InspectingAsync()
    {
        var id = await DraftAsync();
        Assert.True(await Store.MoveAsync(id, DatasetStatus.Draft, DatasetStatus.Inspecting, null, Ct));
        return id;
    }

    // Every hundredth is in a group of two with the next, and has its very pixels.
    private async Task PublishAsync(string id, int count, bool publish = true)
    {
        InspectedPicture[] pictures = [.. Enumerable.Range(0, count)
            .Select(i => new InspectedPicture($"{i}.png", 8, 8, 1, false, "PNG", $"{i:x32}", s_fingerprint)
        {
            Offset = i * 7, Length = 7, Class = i % 2, Group = i % 100 < 2 ? i / 100 : null, IsExact = i % 100 == 0,
        })];
        var first = new VersionRow
        {
            DatasetId = id,
            Version = 1,
            Status = DatasetStatus.Ready,
            Recipe = "{}",
            Count = count,
            Hash = "hash" + id,
            Bytes = 50,
            Created = DateTimeOffset.UtcNow
        };
        if (!publish) Assert.True(await Store.MoveAsync(id, DatasetStatus.Inspecting, DatasetStatus.Failed, null, Ct));
        await Pictures.PublishAsync(id, new Inspection(pictures, [], null!, "pack" + id, 99), "report", first, Ct);
        if (!publish) Assert.True(await Store.MoveAsync(id, DatasetStatus.Failed, DatasetStatus.Inspecting, null, Ct));
    }

    private static VersionRow Version(string id)
        => new() { DatasetId = id, Status = DatasetStatus.Inspecting, Recipe = "{}", Count = 1, Created = DateTimeOffset.UtcNow };

    private Upload NewUpload(long length, string? dataset) => new()
    {
        Id = NewId(),
        Owner = _owner,
        Name = "x",
        Length = length,
        Metadata = "",
        DatasetId = dataset,
        Created = DateTimeOffset.UtcNow,
        Expires = DateTimeOffset.UtcNow.AddHours(1),
    };

    private async Task<Upload> UploadAsync(long length, string? dataset = null)
    {
        var upload = NewUpload(length, dataset);
        Assert.True(await Uploads.InsertAsync(upload, Ct));
        return upload;
    }

    private async Task<Upload> CompleteAsync(Upload upload)
    {
        await Uploads.ProlongAsync(upload.Id, DateTimeOffset.UtcNow.AddHours(1), "sha", Ct);
        return upload;
    }

    private async Task<DatasetView> MakeAsync(IDatasets datasets)
    {
        var files = Get<UploadFiles>();
        var ids = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var picture = TestPicture.Png(i);
            var upload = await files.CreateAsync(LoopbackOwner.Local, picture.Length, $"filename {Convert.ToBase64String("x.png"u8)}", Ct);
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
}

/// <summary>A training that uses a version, where a test says so.</summary>
internal sealed class UsedByTraining : IDatasetReferences
{
    public string? Uses { get; set; }

    public Task<IReadOnlyList<string>> UsersOfAsync(string owner, IReadOnlyList<string> hashes, CancellationToken ct)
        => Task.FromResult<IReadOnlyList<string>>(Uses is { } hash && hashes.Contains(hash) ? ["the training 'digits'"] : []);
}
