using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Uploads;

/// <summary>What owners keep, what they may keep, and what the disk has left.</summary>
internal sealed class StorageSpace(Database database, UploadOwners owners, DataFolder folder, IQuotas quotas,
    IOptions<UploadOptions> options)
{
    private UploadOptions Limits => options.Value;

    /// <summary>Bytes of the owner's uploads (as long as they will be), data sets and versions.</summary>
    public async Task<long> UsedAsync(string owner, CancellationToken ct)
    {
        var used = await database.ReadAsync(db => db.Set<Upload>().Where(u => u.Owner == owner).SumAsync(u => u.Length, ct), ct);
        return used + await owners.UsedAsync(owner, ct);
    }

    /// <summary>Bytes that the owner may keep.</summary>
    public async Task<long> QuotaAsync(string owner, CancellationToken ct) => (await quotas.OfAsync(owner, ct))?.Bytes ?? Limits.Quota;

    /// <param name="owner">Who wants to keep more.</param>
    /// <param name="bytes">How much more.</param>
    /// <param name="promised">What the disk must take besides.</param>
    /// <param name="ct">Stops the question.</param>
    /// <exception cref="RequestException">The quota (413) or the disk (507) does not allow it.</exception>
    public async Task RequireAsync(string owner, long bytes, long promised, CancellationToken ct)
    {
        var (used, quota) = (await UsedAsync(owner, ct), await QuotaAsync(owner, ct));
        if (bytes > quota - used)
            throw new RequestException(StatusCodes.Status413PayloadTooLarge,
                $"{Size(bytes)} more would pass your quota: {Size(used)} of {Size(quota)} are in use. Delete data sets or versions "
                    + "that you no longer need.");
        var free = Free;
        if (bytes > free - promised - Limits.DiskReserve)
            throw new RequestException(StatusCodes.Status507InsufficientStorage,
                $"The server's disk has no room for {Size(bytes)}: {Size(free)} are free, of "
                    + $"which {Size(Limits.DiskReserve)} stay so and {Size(promised)} are promised to other uploads. Try a smaller file, "
                    + "or ask whoever runs the server.");
    }

    /// <summary>Bytes that the disk of the data folder has left.</summary>
    public long Free => new DriveInfo(folder.Path).AvailableFreeSpace;

    public static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => FormattableString.Invariant($"{bytes / (double)(1L << 30):0.#} GiB"),
        >= 1L << 20 => FormattableString.Invariant($"{bytes / (double)(1L << 20):0.#} MiB"),
        >= 1L << 10 => FormattableString.Invariant($"{bytes / (double)(1L << 10):0.#} KiB"),
        _ => $"{bytes} bytes",
    };
}
