using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.OnnxRuntime;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Text;
using Playground.Evaluation.Features.Onnx;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Clip;

/// <summary>One ONNX file of a CLIP model: its text half, its picture half, or both.</summary>
internal sealed class ClipExport : IDisposable
{
    private const int Batch = 32;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _file;

    private ClipExport(string file, InferenceSession session)
        => (_file, _session, Graph, Hash) = (file, session, ClipGraph.Of(session, file), HashOf(file));

    public ClipGraph Graph { get; }

    /// <summary>SHA-256 of the file, and of the files that its weights lie in where they lie in others.</summary>
    public string Hash { get; }

    /// <exception cref="PlaygroundException">Not a model, or not one of CLIP's.</exception>
    public static ClipExport Open(string file)
    {
        InferenceSession? session = null;
        try
        {
            session = OnnxEngine.Open((options, _) => new InferenceSession(file, options), cuda: null).Session;
            return new ClipExport(file, session);
        }
        catch (OnnxRuntimeException e)
        {
            throw new PlaygroundException($"'{file}' is not an ONNX model that can be run: {e.Message}", e);
        }
        catch (PlaygroundException)
        {
            session?.Dispose();
            throw;
        }
    }

    /// <summary>[N, E] of prompts.</summary>
    public FeatureMatrix EmbedTexts(IReadOnlyList<ClipPrompt> prompts, CancellationToken ct)
    {
        long length = prompts[0].Ids.Length;
        return InBatches(prompts.Count, Graph.Ids!, Graph.TextEmbeds!, ct, (from, count, feeds) =>
        {
            var rows = Enumerable.Range(from, count).Select(i => prompts[Math.Min(i, prompts.Count - 1)]).ToList();
            feeds[Graph.Ids!] = OrtValue.CreateTensorValueFromMemory<long>([.. rows.SelectMany(p => p.Ids)], [count, length]);
            if (Graph.Mask is not null) feeds[Graph.Mask] = OrtValue.CreateTensorValueFromMemory<long>(
                [.. rows.SelectMany(p => Enumerable.Range(0, (int)length).Select(i => i < p.Used ? 1L : 0L))], [count, length]);
            if (Graph.Pixels is not null) feeds[Graph.Pixels] = Blank(Graph.Pixels, SharesBatch ? count : 1);
        });
    }

    /// <summary>[N, E] of pictures, each [3, side, side].</summary>
    public FeatureMatrix EmbedPictures(IReadOnlyList<float[]> pictures, int side, CancellationToken ct)
    {
        if (_session.InputMetadata[Graph.Pixels!].Dimensions is [_, _, var h, var w] && ((h > 0 && h != side) || (w > 0 && w != side)))
            throw new PlaygroundException(
                $"'{_file}' takes pictures of {w} x {h}, and preprocessor_config.json makes them {side} x {side}: they are not of one "
                    + "model.");
        return InBatches(pictures.Count, Graph.Pixels!, Graph.ImageEmbeds!, ct, (from, count, feeds) =>
        {
            feeds[Graph.Pixels!] = OrtValue.CreateTensorValueFromMemory<float>(
                [.. Enumerable.Range(from, count).SelectMany(i => pictures[Math.Min(i, pictures.Count - 1)])], [count, 3, side, side]);
            if (Graph.Ids is null) return;
            var texts = SharesBatch ? count : 1;
            long length = Length(Graph.Ids);
            long[] ids = new long[texts * length], mask = new long[texts * length];
            Array.Fill(mask, 1);
            feeds[Graph.Ids] = OrtValue.CreateTensorValueFromMemory(ids, [texts, length]);
            if (Graph.Mask is not null) feeds[Graph.Mask] = OrtValue.CreateTensorValueFromMemory(mask, [texts, length]);
        });
    }

    /// <summary>Places of a prompt: what the graph fixes, otherwise CLIP's 77.</summary>
    public int Length(string ids) => _session.InputMetadata[ids].Dimensions[1] is > 2 and var fixedLength
        ? fixedLength
        : ClipTokenizer.Length;

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    // A graph of both halves may want as many texts as pictures, or any number of each.
    private bool SharesBatch => Graph.Ids is not null && Graph.Pixels is not null
        && _session.InputMetadata[Graph.Ids].SymbolicDimensions.FirstOrDefault()
            == _session.InputMetadata[Graph.Pixels].SymbolicDimensions.FirstOrDefault();

    private OrtValue Blank(string pixels, int count)
    {
        var side = _session.InputMetadata[pixels].Dimensions[2] is > 0 and var s ? s : ClipPreprocessing.OpenAi.Crop;
        return OrtValue.CreateTensorValueFromMemory(new float[count * 3 * side * side], [count, 3, side, side]);
    }

    private FeatureMatrix InBatches(int total, string input, string output, CancellationToken ct,
        Action<int, int, Dictionary<string, OrtValue>> feed)
    {
        // A batch that the graph fixes is filled up with repetitions of the last row, whose results are dropped.
        var fixedBatch = _session.InputMetadata[input].Dimensions[0] is > 0 and var b ? b : (int?)null;
        var values = new List<float>();
        var width = 0;
        for (var from = 0; from < total; from += fixedBatch ?? Batch)
        {
            ct.ThrowIfCancellationRequested();
            var wanted = Math.Min(fixedBatch ?? Batch, total - from);
            var feeds = new Dictionary<string, OrtValue>();
            try
            {
                feed(from, fixedBatch ?? wanted, feeds);
                using var results = _session.Run(_run, feeds, [output]);
                var data = results[0].GetTensorDataAsSpan<float>();
                width = data.Length / (fixedBatch ?? wanted);
                values.AddRange(data[..(wanted * width)]);
            }
            catch (OnnxRuntimeException e)
            {
                throw new PlaygroundException($"'{_file}' failed while it ran: {e.Message}", e);
            }
            finally
            {
                foreach (var value in feeds.Values) value.Dispose();
            }
        }
        return new FeatureMatrix(total, width, [.. values]);
    }

    // Weights may lie in files of their own beside the graph: with others of these, it is another model.
    private static string HashOf(string file) => FileReading.Of(file, () =>
    {
        var hash = Sha256(file);
        string[] others = [.. OnnxFile.ExternalFiles(file)];
        if (others.Length == 0) return hash;
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var all = string.Join('\n', others.Select(o => $"{o} {Sha256(Path.Combine(folder, o))}").Prepend(hash));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)));
    });

    private static string Sha256(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
