using Playground.Core.Checkpoints;
using Playground.Core.Models;
using static TorchSharp.torch;

namespace Playground.Core.Generation.Lora;

/// <summary>A LoRA to be applied.</summary>
/// <param name="Path">A <c>.safetensors</c> file.</param>
/// <param name="Strength">How much of it, −10 to 10; 1 is as trained.</param>
public sealed record LoraChoice(string Path, double Strength = 1);

/// <summary>What became of a LoRA.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Layers">Layers that it changes.</param>
/// <param name="Unmatched">Its tensors that belong to no layer of the model, and do nothing.</param>
public sealed record LoraReport(string Name, int Layers, IReadOnlyList<string> Unmatched);

/// <summary>
/// The LoRAs that a model's weights hold at present. The weights as they were are kept, so that they can be taken off exactly.
/// </summary>
internal sealed class LoraStack(UNet2DConditionModel unet, ClipTextModel text) : IDisposable
{
    public const double MaxStrength = 10;

    private readonly Dictionary<(string Layer, bool IsText), Tensor> _originals = [];

    /// <summary>What is applied.</summary>
    public IReadOnlyList<LoraChoice> Choices { get; private set; } = [];

    /// <summary>Takes off what is applied, and applies these.</summary>
    /// <exception cref="PlaygroundException">One of them does not fit the model, or a strength is out of range; what was applied
    /// stays.</exception>
    public IReadOnlyList<LoraReport> Set(IReadOnlyList<LoraChoice> choices)
    {
        foreach (var choice in choices)
        {
            if (!(Math.Abs(choice.Strength) <= MaxStrength)) throw new PlaygroundException(FormattableString.Invariant(
                $"The strength of '{Path.GetFileName(choice.Path)}' is {choice.Strength}; it must be −{MaxStrength} to {MaxStrength}."));
        }
        using var guard = no_grad();
        // Before anything asks for weights, which would otherwise lie twice for as long as the networks are frozen.
        (unet.IsFrozen, text.IsFrozen) = (false, false);
        try
        {
            LoraWeights[] files = [.. choices.Select(c => LoraWeights.Open(c.Path, unet, text))];
            Restore();
            for (var i = 0; i < files.Length; i++)
                if (choices[i].Strength != 0) Add(files[i], choices[i].Strength);
            Choices = choices;
            return [.. files.Select(f => new LoraReport(Path.GetFileName(f.Path), f.Changes.Count, f.Unmatched))];
        }
        finally
        {
            (unet.IsFrozen, text.IsFrozen) = (true, true);
        }
    }

    private void Add(LoraWeights file, double strength)
    {
        using var reader = new SafetensorsReader(file.Path);
        foreach (var change in file.Changes)
        {
            using var scope = NewDisposeScope();
            var weight = (change.IsText ? (nn.Module)text : unet).get_parameter(change.Layer + ".weight")!;
            if (!_originals.ContainsKey((change.Layer, change.IsText)))
                _originals[(change.Layer, change.IsText)] = weight.detach().clone().DetachFromDisposeScope();
            var (down, up) = (reader.Read(change.Down), reader.Read(change.Up));
            var product = up.to(ScalarType.Float32).flatten(1).matmul(down.to(ScalarType.Float32).flatten(1)).reshape(weight.shape);
            weight.copy_(weight + product.to(weight.device) * (strength * change.Scale));
        }
    }

    private void Restore()
    {
        foreach (var ((layer, isText), original) in _originals)
        {
            (isText ? (nn.Module)text : unet).get_parameter(layer + ".weight")!.copy_(original);
            original.Dispose();
        }
        _originals.Clear();
        Choices = [];
    }

    public void Dispose()
    {
        foreach (var original in _originals.Values) original.Dispose();
        _originals.Clear();
    }
}
