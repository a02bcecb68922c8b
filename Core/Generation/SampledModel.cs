using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Imaging;
using Playground.Core.Models;
using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>
/// A network in memory with its schedule, and what lies between the tensors that it denoises and images: nothing, or an autoencoder.
/// Disposing it frees the weights.
/// </summary>
public abstract class SampledModel : IDisposable
{
    private protected SampledModel(SchedulerConfig scheduler, ModelSummary summary) => (Scheduler, Summary) = (scheduler, summary);

    public SchedulerConfig Scheduler { get; }

    public ModelSummary Summary { get; }

    /// <summary>First ten hexadecimal digits of the weights' SHA-256.</summary>
    public string Hash => Summary.Hash;

    /// <summary>Height and width of its images where a request says nothing else.</summary>
    public int SampleSize => Summary.SampleSize;

    /// <summary>Channels of its images.</summary>
    public int Channels => Summary.Channels;

    /// <summary>Number of classes; null when there are none.</summary>
    public int? Classes => Summary.Classes;

    public int TrainTimesteps => Scheduler.NumTrainTimesteps;

    /// <summary>What predicts.</summary>
    internal abstract Denoiser Denoiser { get; }

    /// <summary>What a forward pass holds in memory, for <see cref="BatchLimit"/>.</summary>
    internal abstract UNet2DConfig Extent { get; }

    /// <summary>The shape of x_T for a request, [N, C, H, W].</summary>
    public abstract int[] NoiseShape(SamplingRequest request);

    /// <summary>What each row of a pass is told beside x and t: (for the images, for guidance), or nulls.</summary>
    internal abstract (Tensor? Asked, Tensor? Unasked) Conditions(SamplingRequest request);

    /// <summary>From images in −1 to 1 to what is denoised, without noise.</summary>
    /// <param name="images">[K, C, H, W].</param>
    /// <param name="count">N; the images are cycled over it.</param>
    /// <param name="noise">For encoders that draw, [N, …].</param>
    internal virtual Tensor FromImages(Tensor images, int count, Func<Tensor> noise) => Cycled(images, count);

    /// <summary>The most images that <see cref="ToImages"/> makes at once.</summary>
    internal virtual int ImagesAtOnce => int.MaxValue;

    /// <summary>From what was denoised to images, about −1 to 1.</summary>
    /// <param name="x">At most <see cref="ImagesAtOnce"/> of it.</param>
    internal virtual Tensor ToImages(Tensor x) => x;

    /// <summary>The rows of <paramref name="x"/> in turn until there are <paramref name="count"/>.</summary>
    private protected static Tensor Cycled(Tensor x, int count) => x.shape[0] == count ? x
        : x.index_select(0, arange(count, device: x.device).remainder(x.shape[0]));

    /// <summary>A quick look at x or x̂₀; it may be smaller than the image.</summary>
    internal virtual PictureBatch Preview(Tensor x) => PictureBatch.FromTensor(x);

    /// <summary>Where what is denoised is to be drawn anew: above 0.</summary>
    /// <param name="mask">[1, 1, H, W] in −1 to 1, of an image's size.</param>
    internal virtual Tensor MaskOf(Tensor mask) => mask;

    /// <summary>Channels that the network is given beside x, [N, C″, H, W]; null for none.</summary>
    internal virtual Tensor? Beside(SamplingRequest request, Tensor? images, Tensor? mask, Func<Tensor> noise) => null;

    /// <summary>Whether what the mask keeps is put back after every step; false where the network itself is told of the mask.</summary>
    internal virtual bool MergesMask => true;

    /// <summary>Whether what is kept is always noised by the noise of the beginning, as diffusers does in latents.</summary>
    internal virtual bool KeepsFirstNoise => false;

    /// <summary>Puts a request's LoRAs in place of those that are applied. Not while another request is under way.</summary>
    /// <exception cref="PlaygroundException">One of them does not fit the model; what was applied stays.</exception>
    internal virtual void Prepare(SamplingRequest request) { }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    private protected abstract void Dispose(bool disposing);
}
