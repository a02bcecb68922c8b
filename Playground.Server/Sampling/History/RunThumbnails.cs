using Playground.Core.Imaging;
using Playground.Server.Jobs;
using Playground.Server.Sampling.Frames;
using Playground.Server.Storage;

namespace Playground.Server.Sampling.History;

/// <summary>A run at a glance: its first images, or, of one that did not end, what it had come to.</summary>
internal sealed class RunThumbnails(JobStore store, BlobStore blobs, IRunFrames frames)
{
    /// <summary>Images in it at most, two in a row.</summary>
    public const int Images = 4;

    /// <summary>Height and width of one of them at most, in pixels.</summary>
    public const int Side = 64;

    /// <returns>A WebP file, and whether it can still become another; null where there is nothing to show.</returns>
    public async Task<(byte[] File, bool IsFinal)?> FindAsync(string job, string owner, CancellationToken ct)
    {
        var made = await store.ListPicturesAsync(job, owner, ct);
        if (made.Count > 0)
        {
            var files = new List<byte[]>();
            foreach (var (_, hash) in made.Take(Images)) files.Add(await File.ReadAllBytesAsync(blobs.PathOf(hash), ct));
            return (Encode(PictureBatch.Concat([.. files.Select(f => Shrink(f))])), true);
        }
        if (await frames.FindAsync(owner, job, ct) is not { Frames: [.., var last] } index
            || await frames.ReadAsync(owner, job, last.Step, FrameSide.Clean, ct) is not { } grid) return null;
        var images = FrameGrid.Cut(PictureFile.Decode(grid), last, [.. Enumerable.Range(0, Math.Min(Images, last.Count))]);
        return (Encode(PictureBatch.Concat([.. Enumerable.Range(0, images.Count).Select(i => Shrink(PngFile.Encode(images[i])))])),
            index.IsComplete);
    }

    // Small ones are left to the browser to enlarge, pixel by pixel.
    private static PictureBatch Shrink(byte[] file)
    {
        var header = PictureFile.ReadHeader(file);
        return PictureFile.Decode(file, Math.Min(Side, Math.Min(header.Width, header.Height)));
    }

    private static byte[] Encode(PictureBatch images) => WebpFile.Encode(PictureBatch.Grid(images, images.Count == 1 ? 1 : 2), quality: 90);
}
