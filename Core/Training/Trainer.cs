using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Models;

namespace Playground.Core.Training;

/// <summary>Trains a <see cref="UNet2D"/> on pictures and writes it as a model folder. Use it on one thread.</summary>
public sealed class Trainer : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly IPictureDataset _data;
    private readonly UNet2D _network;
    private readonly TrainingLoop _loop;
    private readonly string _folder;

    /// <param name="data">Pictures of the model's size and channels.</param>
    /// <param name="config">The network; with <c>num_class_embeds</c> one more than the data's classes, the last row is "no class".</param>
    /// <param name="options">Checked here.</param>
    /// <param name="folder">Where checkpoints and the finished model go.</param>
    /// <exception cref="PlaygroundException">The options, the network and the data do not fit each other.</exception>
    public Trainer(IPictureDataset data, UNet2DConfig config, TrainingOptions options, string folder)
    {
        options.Validate();
        Fit(data, config);
        (_data, _options, _folder) = (data, options, folder);
        _network = new UNet2D(config);
        try
        {
            _loop = new TrainingLoop(_network, new PictureExamples(data), options, folder, config.NumClassEmbeds);
        }
        catch
        {
            _network.Dispose();
            throw;
        }
    }

    /// <summary>Steps done so far.</summary>
    public long Step => _loop.Step;

    /// <inheritdoc cref="TrainingLoop.Resume"/>
    public void Resume() => _loop.Resume();

    /// <summary>Trains to the last step, or until cancelled; either way a checkpoint and the model as it then is are written.</summary>
    /// <returns>Whether the last step was reached.</returns>
    /// <exception cref="PlaygroundException">The loss became NaN or infinite; the last good checkpoint stays.</exception>
    public bool Run(Action<TrainingProgress>? onStep = null, CancellationToken ct = default)
    {
        var begun = Step;
        var finished = _loop.Run(onStep, ct);
        if (Step > begun) SaveModel(_folder, _loop.Record());
        return finished;
    }

    /// <summary>Writes the model as it is now, its averaged weights where there are any, in diffusers' layout.</summary>
    public void SaveModel(string folder, IReadOnlyDictionary<string, string>? training = null)
    {
        var classes = _network.Config.NumClassEmbeds is null ? null : _data.Classes;
        ModelFolder.Save(folder, _loop.Weights, _network.Config, _options.ToSchedulerConfig(), new ModelManifest { Classes = classes, Training = training });
    }

    private static void Fit(IPictureDataset data, UNet2DConfig config)
    {
        if (data.Channels != config.InChannels || config.InChannels != config.OutChannels)
            throw new PlaygroundException($"The data has {data.Channels} channels, and the model's in_channels and out_channels are {config.InChannels} and {config.OutChannels}; make them equal.");
        if (data.Height != config.SampleSize || data.Width != config.SampleSize)
            throw new PlaygroundException($"The pictures are {data.Width}×{data.Height}, and the model's sample_size is {config.SampleSize}; make them equal.");
    }

    public void Dispose()
    {
        _loop.Dispose();
        _network.Dispose();
    }
}
