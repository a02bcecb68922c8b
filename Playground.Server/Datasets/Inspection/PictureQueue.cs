using Playground.Core.Data;
using Playground.Core.Imaging;

namespace Playground.Server.Datasets.Inspection;

/// <summary>
/// Gathers pictures until there are enough to look at side by side, then packs them in the order in which they came, so that the same files
/// give the same pack.
/// </summary>
internal sealed class PictureQueue(PictureLimits limits, PackWriter pack, List<InspectedPicture> taken, LeftOut leftOut, Action flushed,
    CancellationToken ct)
{
    private const int MaxPictures = 64;
    private const long MaxBytes = 32L << 20;
    private readonly List<PendingPicture> _pending = [];
    private long _bytes;

    public void Add(PendingPicture picture)
    {
        _pending.Add(picture);
        _bytes += picture.Bytes;
        if (_pending.Count >= MaxPictures || _bytes >= MaxBytes) Flush();
    }

    public void Flush()
    {
        var results = new (InspectedPicture? Picture, byte[]? File, RejectedPictureException? Rejection)[_pending.Count];
        // One core stays free for those who use the server meanwhile.
        ParallelWork.For(_pending.Count, i =>
        {
            try
            {
                (results[i].Picture, results[i].File) = PictureInspection.Inspect(_pending[i], limits);
            }
            catch (RejectedPictureException e)
            {
                results[i].Rejection = e;
            }
        }, ct, Math.Max(1, Environment.ProcessorCount - 1));
        for (var i = 0; i < results.Length; i++)
        {
            var (picture, file, rejection) = results[i];
            if (rejection is not null) leftOut.Add(_pending[i].Name, rejection.Kind, rejection.Message);
            else
            {
                picture!.Offset = pack.Append(file!);
                taken.Add(picture);
            }
        }
        _pending.Clear();
        _bytes = 0;
        flushed();
    }
}
