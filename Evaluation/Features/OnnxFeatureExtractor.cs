using System.Buffers;
using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Imaging;
using Playground.Evaluation.Features.Onnx;

namespace Playground.Evaluation.Features;

/// <summary>
/// A network in an ONNX file: input <c>pictures</c>, float [N, C, H, W] from 0 to 255; outputs <c>features</c>, float [N, D], and
/// perhaps <c>logits</c>, float [N, K].
/// </summary>
public sealed class OnnxFeatureExtractor : IPreparedExtractor
{
    private const string Input = "pictures", FeaturesOutput = "features", LogitsOutput = "logits";

    // Images of one run: more gain nothing on a processor, and take memory.
    private const int RunSize = 8;
    private readonly InferenceSession _session;
    private readonly Preprocessing _preprocessing;
    private readonly string[] _outputs;

    private OnnxFeatureExtractor(string name, string hash, InferenceSession session, bool onCuda, Preprocessing preprocessing)
    {
        (Name, WeightsHash, _session, OnCuda, _preprocessing) = (name, hash, session, onCuda, preprocessing);
        CheckInput(name, session, preprocessing);
        Dimensions = Width(name, session, FeaturesOutput)
            ?? throw new PlaygroundException(
                $"'{name}' has no output '{FeaturesOutput}': it has {string.Join(", ", session.OutputNames)}. 'convert' makes a file that "
                    + "fits.");
        Classes = Width(name, session, LogitsOutput);
        _outputs = Classes is null ? [FeaturesOutput] : [FeaturesOutput, LogitsOutput];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Preprocessing => _preprocessing.Name;

    /// <inheritdoc/>
    public string WeightsHash { get; }

    /// <inheritdoc/>
    public int Dimensions { get; }

    /// <inheritdoc/>
    public int? Classes { get; }

    /// <inheritdoc/>
    public int InputLength => _preprocessing.Length;

    /// <inheritdoc/>
    public bool OnCuda { get; }

    /// <summary>Opens a model.</summary>
    /// <param name="name">What messages call it, and reports too where it does not say itself what it is.</param>
    /// <param name="model">The file's bytes.</param>
    /// <param name="preprocessing">What is done to pictures; it must fit the input.</param>
    /// <param name="options">The defaults when null.</param>
    /// <exception cref="PlaygroundException">Not a model, or its input or outputs are others; or CUDA is asked for and not
    /// there.</exception>
    public static OnnxFeatureExtractor Open(string name, byte[] model, Preprocessing preprocessing, ExtractorOptions? options = null)
    {
        if (OnnxFile.PointsElsewhere(model))
            throw new PlaygroundException($"'{name}' keeps its weights in other files (ONNX's external data): export it as one file.");
        return Open(name, _ => (model, Convert.ToHexStringLower(SHA256.HashData(model))), preprocessing, options);
    }

    /// <param name="name">As above.</param>
    /// <param name="load">Gives the model's bytes and its weights' hash; is told whether it will run on CUDA.</param>
    /// <param name="preprocessing">As above.</param>
    /// <param name="options">As above.</param>
    internal static OnnxFeatureExtractor Open(
        string name, Func<bool, (byte[] Model, string Hash)> load, Preprocessing preprocessing, ExtractorOptions? options)
    {
        var (session, hash, onCuda) = Load(name, load, options ?? new ExtractorOptions());
        try
        {
            var said = session.ModelMetadata.CustomMetadataMap.GetValueOrDefault("extractor", name);
            return new OnnxFeatureExtractor(said, hash, session, onCuda, preprocessing);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Prepare(PictureBatch pictures, int index, Span<float> input) => _preprocessing.Prepare(pictures, index, input);

    /// <inheritdoc/>
    public FeatureBatch Extract(PictureBatch pictures)
    {
        if (pictures.Count == 0) return new FeatureBatch(0, [], Classes is null ? null : []);
        var size = OnCuda ? pictures.Count : RunSize;
        var parts = new FeatureBatch[(pictures.Count + size - 1) / size];
        ParallelWork.For(parts.Length, i => parts[i] = Extract(pictures, i * size, Math.Min(size, pictures.Count - i * size)),
            degree: Environment.ProcessorCount);
        if (parts is [var only]) return only;
        return new FeatureBatch(
            pictures.Count, [.. parts.SelectMany(p => p.Features)], Classes is null ? null : [.. parts.SelectMany(p => p.Logits!)]);
    }

    /// <inheritdoc/>
    public FeatureBatch Extract(float[] inputs, int count, CancellationToken ct = default)
    {
        using var run = new RunOptions();
        using var cancellation = ct.Register(() => run.Terminate = true);
        try
        {
            long[] shape = [count, _preprocessing.Channels, _preprocessing.Size, _preprocessing.Size];
            using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, inputs.AsMemory(0, count * InputLength),
                shape);
            using var outputs = _session.Run(run, [Input], [input], _outputs);
            var batch = new FeatureBatch(count, Values(outputs[0], count * Dimensions),
                Classes is { } classes ? Values(outputs[1], count * classes) : null);
            CheckFinite(batch);
            return batch;
        }
        catch (OnnxRuntimeException e)
        {
            ct.ThrowIfCancellationRequested();
            throw new PlaygroundException($"'{Name}' could not be run: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private FeatureBatch Extract(PictureBatch pictures, int from, int count)
    {
        var inputs = ArrayPool<float>.Shared.Rent(count * InputLength);
        try
        {
            for (var i = 0; i < count; i++) Prepare(pictures, from + i, inputs.AsSpan(i * InputLength, InputLength));
            return Extract(inputs, count);
        }
        catch (NonFiniteFeaturesException e)
        {
            throw new NonFiniteFeaturesException(from + e.Index, Name);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(inputs);
        }
    }

    private float[] Values(OrtValue output, int count)
    {
        var values = output.GetTensorDataAsSpan<float>();
        return values.Length == count ? values.ToArray()
            : throw new PlaygroundException(
                $"'{Name}' gave {values.Length} values where {count} were due: its outputs are not [N, features].");
    }

    private void CheckFinite(FeatureBatch batch)
    {
        if (Array.FindIndex(batch.Features, v => !float.IsFinite(v)) is >= 0 and var at)
            throw new NonFiniteFeaturesException(at / Dimensions, Name);
        if (batch.Logits is { } logits && Array.FindIndex(logits, v => !float.IsFinite(v)) is >= 0 and var bad)
            throw new NonFiniteFeaturesException(bad / Classes!.Value, Name);
    }

    private static (InferenceSession Session, string Hash, bool OnCuda) Load(
        string name, Func<bool, (byte[] Model, string Hash)> load, ExtractorOptions options)
    {
        try
        {
            var hash = "";
            var (session, onCuda) = OnnxEngine.Open(Make, options.Cuda);
            return (session, hash, onCuda);

            InferenceSession Make(SessionOptions session, bool onCuda)
            {
                session.IntraOpNumThreads = options.ThreadsPerRun;
                session.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
                (var model, hash) = load(onCuda);
                return new InferenceSession(model, session);
            }
        }
        catch (OnnxRuntimeException e)
        {
            var problem = options.Cuda == true ? "cannot run on CUDA" : "is not an ONNX model that can be run";
            throw new PlaygroundException($"'{name}' {problem}: {e.Message}", e);
        }
    }

    private static void CheckInput(string name, InferenceSession session, Preprocessing preprocessing)
    {
        var wanted = $"one input '{Input}', Float [N, {preprocessing.Channels}, H, W] with H and W open or {preprocessing.Size}";
        if (session.InputNames is not [Input])
            throw new PlaygroundException($"'{name}' takes {string.Join(", ", session.InputNames)}; {wanted} is wanted.");
        var input = session.InputMetadata[Input];
        if (input.ElementDataType != TensorElementType.Float || input.Dimensions is not [-1, var c, var h, var w]
            || c != preprocessing.Channels || !Fits(h) || !Fits(w))
            throw new PlaygroundException(
                $"'{name}' takes '{Input}' as {Describe(input)}; for the preprocessing '{preprocessing.Name}' {wanted} is wanted.");

        bool Fits(int side) => side == -1 || side == preprocessing.Size;
    }

    private static int? Width(string name, InferenceSession session, string output)
    {
        if (!session.OutputMetadata.TryGetValue(output, out var node)) return null;
        return node is { ElementDataType: TensorElementType.Float, Dimensions: [-1, > 0 and var width] }
            ? width
            : throw new PlaygroundException($"'{name}' gives '{output}' as {Describe(node)}; Float [N, width] is wanted.");
    }

    private static string Describe(NodeMetadata node)
        => node.IsTensor ? $"{node.ElementDataType} [{string.Join(", ", node.Dimensions.Select(d => d < 0 ? "?" : $"{d}"))}]" : "no tensor";
}
