using Playground.Core.Data;
using Playground.Core.Engine;
using Playground.Core.Models;
using Playground.Core.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>How far <see cref="CaptionPretraining"/> is.</summary>
/// <param name="Step">1-based.</param>
/// <param name="Steps">In all.</param>
/// <param name="Loss">Share of the latents' mean square that the caption leaves open, about the last hundred steps.</param>
public sealed record CaptionProgress(int Step, int Steps, double Loss);

/// <summary>
/// Teaches a text encoder what the images look like before a U-Net learns to draw them: a head of two layers behind it, used here alone,
/// tells an image's latents from its caption by least squares. A step costs a tenth of a U-Net's, and every one is about the text, while a
/// U-Net learns from the text in its noisiest steps only. Radford et al. 2021 (CLIP) align texts and images beforehand too; with one image
/// a caption, the image itself is the better target.
/// </summary>
internal sealed class CaptionPretraining : IDisposable
{
    /// <summary>Captions in a step.</summary>
    public const int BatchSize = 64;

    private const int Hidden = 512;
    private const double ClipNorm = 1;

    private readonly ClipTextModel _text;
    private readonly TrainingOptions _options;
    private readonly Head _head;
    private readonly ClipPrompt[] _prompts;
    private readonly BatchSource _batches;
    private readonly (string Name, Parameter Weight)[] _trained;
    private readonly AdamW _optimizer;
    private readonly Device _device = TorchEngine.DefaultDevice;
    private readonly RunningMean _running = new();
    private int _step;

    /// <param name="text">Trained in place, all of its weights; it stays the caller's to dispose.</param>
    /// <param name="tokenizer">The encoder's.</param>
    /// <param name="data">Latents; a label is a place in <paramref name="captions"/>.</param>
    /// <param name="captions">Of the data.</param>
    /// <param name="steps">Steps of 64 examples; the learning rate goes down to 0 along a cosine.</param>
    /// <param name="seed">Of the head's weights and the examples' order.</param>
    public CaptionPretraining(ClipTextModel text, ClipTokenizer tokenizer, IExamples data, IReadOnlyList<string> captions, int steps,
        ulong seed)
    {
        (_text, _options) = (text, new TrainingOptions { Steps = steps, LearningRate = 1e-3, WarmupSteps = 100, Cosine = true });
        using var random = new Generator(seed);
        _head = new Head(text.Config.HiddenSize, data.Shape.Aggregate(1L, (a, b) => a * b), random);
        _head.to(_device);
        _prompts = [.. captions.Select(c => tokenizer.Prepare(c, text.Config.MaxPositionEmbeddings))];
        _batches = new BatchSource(data, BatchSize, seed);
        _trained = [.. text.named_parameters(), .. _head.named_parameters()];
        _optimizer = new AdamW(_trained.Select(t => (t.Name, t.Weight)));
    }

    /// <summary>One step.</summary>
    /// <exception cref="DivergedException">The loss became NaN or infinite; the weights are those from before the step.</exception>
    public CaptionProgress Advance()
    {
        var share = Once(_options.LearningRateAt(_step));
        _running.Add(share);
        _step++;
        return new CaptionProgress(_step, _options.Steps, _running.Value ?? share);
    }

    private double Once(double rate)
    {
        using var scope = NewDisposeScope();
        var (x0, labels) = _batches.At(_step);
        foreach (var (_, weight) in _trained) weight.grad = null;
        var target = x0.to(_device).flatten(1);
        var loss = (_head.call(Read([.. labels.data<long>().Select(l => _prompts[l])])) - target).square().mean();
        CustomGradient.Backward(loss);
        using var guard = no_grad();
        // Positions behind the longest caption have none.
        var norm = stack(_trained.Select(t => t.Weight.grad).OfType<Tensor>().Select(g => g.norm())).norm().item<float>();
        var share = (loss / target.square().mean()).item<float>();
        if (!float.IsFinite(norm) || !float.IsFinite(share))
            throw new DivergedException(
                _step + 1,
                share,
                $"The text encoder's loss became {share} (gradient norm {norm}) at step {_step + 1} of its own {_options.Steps}. "
                + "Train without them (text-steps 0), or check the autoencoder's scaling_factor.");
        _optimizer.Step(rate, norm > ClipNorm ? ClipNorm / (norm + 1e-6) : 1);
        return share;
    }

    // The mean of what stands at the end token and behind it, [N, D]: there the whole caption has been read. No longer than the longest.
    private Tensor Read(ClipPrompt[] prompts)
    {
        var length = prompts.Max(p => p.Used);
        var ids = tensor(prompts.SelectMany(p => p.Ids.Take(length)).ToArray(), [prompts.Length, length], device: _device);
        var ends = tensor(prompts.Select(p => (long)p.Used - 1).ToArray(), device: _device).unsqueeze(1);
        var behind = arange(length, dtype: ScalarType.Int64, device: _device).ge(ends).to(ScalarType.Float32).unsqueeze(2);
        return (_text.call(ids) * behind).sum(1) / behind.sum(1);
    }

    public void Dispose()
    {
        foreach (var (_, weight) in _trained) weight.grad = null;
        _optimizer.Dispose();
        _head.Dispose();
    }

    private sealed class Head : nn.Module<Tensor, Tensor>
    {
        private readonly Models.Linear _in, _out;

        public Head(long width, long values, Generator random) : base(nameof(Head))
        {
            (_in, _out) = (new Models.Linear(width, Hidden), new Models.Linear(Hidden, values));
            register_module("in", _in);
            register_module("out", _out);
            InitialWeights.Draw(this, random);
        }

        public override Tensor forward(Tensor x) => _out.call(nn.functional.silu(_in.call(x)));
    }
}
