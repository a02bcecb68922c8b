using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// CLIP's text transformer (Radford et al. 2021, section 2.4): same configuration keys, state-dict names and numbers as transformers'
/// <c>CLIPTextModel</c>. Tokens [N, L] → features [N, L, D].
/// </summary>
public sealed class ClipTextModel : nn.Module<Tensor, Tensor>
{
    // transformers' initializer_range for CLIP: with tables of 1, what the layers add at the start is lost beside the tokens.
    private const double Spread = 0.02;
    private readonly Embedding _tokens, _positions;
    private readonly ModuleList<ClipEncoderLayer> _layers = new();
    private readonly LayerNorm _norm;

    /// <param name="config">Checked here.</param>
    /// <param name="random">Where the weights are drawn from; null leaves them unset, for loading or training to set.</param>
    /// <exception cref="PlaygroundException">The configuration cannot be built.</exception>
    public ClipTextModel(ClipTextConfig config, Generator? random = null) : base(nameof(ClipTextModel))
    {
        config.Validate();
        Config = config;
        (_tokens, _positions) = (new Embedding(config.VocabSize, config.HiddenSize, Spread),
            new Embedding(config.MaxPositionEmbeddings, config.HiddenSize, Spread));
        for (var i = 0; i < config.NumHiddenLayers; i++) _layers.Add(new ClipEncoderLayer(config));
        _norm = new LayerNorm(config.HiddenSize, config.LayerNormEps);
        register_module("text_model", new Named(
            ("embeddings", new Named(("token_embedding", _tokens), ("position_embedding", _positions))),
            ("encoder", new Named(("layers", _layers))),
            ("final_layer_norm", _norm)));
        ParameterCount = parameters().Sum(p => p.numel());
        if (random is not null) InitialWeights.Draw(this, random);
    }

    public ClipTextConfig Config { get; }

    /// <inheritdoc cref="UNet2D.IsFrozen"/>
    public bool IsFrozen
    {
        get;
        set
        {
            field = value;
            foreach (var layer in modules().OfType<IKeepsPrepared>()) layer.KeepsPrepared = value;
        }
    }

    /// <summary>Number of weights.</summary>
    public long ParameterCount { get; }

    protected override void RegisterComponents()
    {
        // All are registered where they are made.
    }

    /// <param name="ids">int64 [N, L], L at most <c>max_position_embeddings</c>.</param>
    /// <returns>The last layer's output behind the last norm, [N, L, D], float32.</returns>
    public override Tensor forward(Tensor ids) => Encode(ids, 0);

    /// <summary>The same without the last layers.</summary>
    /// <param name="ids">int64 [N, L].</param>
    /// <param name="skip">Layers left out, 0 to <c>num_hidden_layers</c>: 1 is diffusers' <c>clip_skip</c> 1.</param>
    public Tensor Encode(Tensor ids, int skip)
    {
        var (n, length) = (ids.shape[0], ids.shape[1]);
        var x = _tokens.call(ids.flatten()).reshape(n, length, -1)
            + _positions.call(arange(length, dtype: ScalarType.Int64, device: ids.device));
        for (var i = 0; i < _layers.Count - skip; i++) x = _layers[i].call(x);
        return Normalization.Float32(_norm.call(x));
    }
}
