using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Models;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Models;

namespace Playground.Server.Trainings;

/// <summary>The autoencoders that models can be trained over: those of installed models, and those that trainings have made.</summary>
internal sealed class Autoencoders(ModelStore models, ModelAccess access, JobStore jobs, IOptions<PlaygroundOptions> options)
{
    /// <summary>Those of installed models first, then the newest of each of the owner's trainings.</summary>
    public async Task<IReadOnlyList<AutoencoderChoice>> ListAsync(string owner, CancellationToken ct)
    {
        var installed = models.List().Where(m => m.Text is not null).Select(m => new AutoencoderChoice(m.Name, m.Text!.Factor, m.Channels));
        var choices = installed.ToList();
        foreach (var trained in (await jobs.ListAsync(owner, JobKind.Training, ct)).Select(j => NewestOf(j.Id)).OfType<AutoencoderChoice>())
            choices.Add(trained with { Title = (await access.TitleAsync(trained.Name, owner, ct)).Text });
        return choices;
    }

    /// <summary>The folder of an autoencoder, its configuration and a name of its content; null where there is none of that name.</summary>
    public async Task<(string Folder, AutoencoderKLConfig Config)?> FindAsync(string name, string owner, CancellationToken ct)
    {
        if (TrainingFolder.JobOf(name) is { } job && TrainingFolder.Find(options.Value.Data, name) is { } folder)
            return await jobs.FindAsync(job, owner, ct) is null ? null : Open(folder);
        return await access.FindAsync(name, owner, ct) is { Text: not null } model ? Open(Path.Combine(model.Folder, "vae")) : null;
    }

    /// <summary>A folder that is known to be an autoencoder's, or null.</summary>
    public static (string Folder, AutoencoderKLConfig Config)? Open(string folder)
    {
        try
        {
            var path = Directory.Exists(Path.Combine(folder, "vae")) ? Path.Combine(folder, "vae") : folder;
            var config = Path.Combine(path, "config.json");
            if (!File.Exists(config)) return null;
            var read = Json.Read<AutoencoderKLConfig>(config);
            read.Validate();
            return (path, read);
        }
        catch (PlaygroundException)
        {
            return null;
        }
    }

    private AutoencoderChoice? NewestOf(string job)
    {
        var folder = new TrainingFolder(options.Value.Data, job);
        return folder.Steps() is [.., var step] && Open(folder.ModelAt(step)) is var (_, config)
            ? new AutoencoderChoice(TrainingFolder.NameOf(job, step), config.Factor, config.InChannels)
            : null;
    }
}
