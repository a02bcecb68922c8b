using Playground.Core.Models;
using Playground.Core.Text;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>(x_t, t, caption's row in a table) → prediction. A text encoder that is trained is trained through the U-Net.</summary>
internal sealed class CaptionedNetwork : Denoiser
{
    private readonly UNet2DConditionModel _unet;
    private readonly ClipTextModel _text;
    private readonly Tensor _table;
    private readonly bool _trainsText;

    /// <param name="unet">Disposed with this.</param>
    /// <param name="text">Disposed with this.</param>
    /// <param name="tokenizer">The encoder's.</param>
    /// <param name="captions">Each is a row; a last one stands for none.</param>
    /// <param name="trainsText">Whether gradients go through the encoder.</param>
    public CaptionedNetwork(UNet2DConditionModel unet, ClipTextModel text, ClipTokenizer tokenizer, IReadOnlyList<string> captions,
        bool trainsText) : base(nameof(CaptionedNetwork))
    {
        (_unet, _text, _trainsText) = (unet, text, trainsText);
        var length = text.Config.MaxPositionEmbeddings;
        _table = tensor(captions.Append("").SelectMany(c => tokenizer.Prepare(c, length).Ids).ToArray(), [captions.Count + 1, length])
            .DetachFromDisposeScope();
        register_module("unet", unet);
        register_module("text", text);
    }

    public override Tensor forward(Tensor x, Tensor t, Tensor? condition)
        => _unet.call(x, t, Read(_table.index_select(0, condition!.to(_table.device)).to(x.device)));

    private Tensor Read(Tensor tokens)
    {
        if (_trainsText) return _text.call(tokens);
        using var guard = no_grad();
        return _text.call(tokens);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _table.Dispose();
        base.Dispose(disposing);
    }
}
