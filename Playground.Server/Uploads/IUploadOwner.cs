namespace Playground.Server.Uploads;

/// <summary>What uploads are collected for, such as data sets.</summary>
internal interface IUploadOwner
{
    /// <summary>Bytes that it keeps of somebody's, besides the uploads themselves.</summary>
    Task<long> UsedAsync(string owner, CancellationToken ct);

    /// <summary>Whether there is such a thing of that owner's, and it waits for uploads.</summary>
    Task<bool> TakesUploadsAsync(string id, string owner, CancellationToken ct);

    /// <summary>Those whose uploads are being read at present.</summary>
    Task<IReadOnlyCollection<string>> ReadingAsync(CancellationToken ct);

    /// <summary>Removes those from before that time that nothing was uploaded to.</summary>
    Task SweepAsync(DateTimeOffset before, CancellationToken ct);
}
